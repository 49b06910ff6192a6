import { encodeRunLengths } from '@kinemetric/video'

/** A body of a drawn scene: square, `half` pixels to each side of its centre. */
export interface DrawnBody {
  color: string
  material?: string
  shape?: string
  half?: number
  /** Pixels of 320×480, [x, y]. */
  at: (frame: number) => readonly [number, number]
}

export const frames = 128
const [height, width] = [320, 480]

/** An annotation as CLEVRER has it; bodies are inside where their centres are. */
export function annotationOf(
  index: number,
  bodies: readonly DrawnBody[],
  collisions: readonly (readonly [number, number, number])[],
) {
  return {
    scene_index: index,
    video_filename: `video_${index}.mp4`,
    object_property: bodies.map(({ color, material = 'rubber', shape = 'cube' }, id) => ({
      object_id: id,
      color,
      material,
      shape,
    })),
    motion_trajectory: Array.from({ length: frames }, (_, frame) => ({
      frame_id: frame,
      objects: bodies.map(({ at }, id) => {
        const [x, y] = at(frame)
        const inside = x >= 0 && x < width && y >= 0 && y < height
        return { object_id: id, location: [y / 50, x / 100, 0.2], inside_camera_view: inside }
      }),
    })),
    collision: collisions.map(([frame, a, b]) => ({ object_ids: [a, b], frame_id: frame, location: [0, 0, 0] })),
  }
}

/** Masks of an object as the project page has them. */
export function proposalOf({ color, material = 'rubber', shape = 'cube', half = 10, at }: DrawnBody, frame: number) {
  const [x, y] = at(frame)
  const inside = new Uint8Array(height * width)
  for (let v = Math.max(0, y - half); v <= Math.min(height - 1, y + half); v++)
    for (let u = Math.max(0, x - half); u <= Math.min(width - 1, x + half); u++) inside[v * width + u] = 1
  const mask = encodeRunLengths({ height, width, inside })
  return { mask, color, material, shape, score: 0.99 }
}

export type DrawnProposal = Omit<ReturnType<typeof proposalOf>, 'mask'> & { mask: { size: number[]; counts: string } }

/** @param change of a frame's proposals, which are those of all bodies that show a pixel */
export function proposalsOf(
  index: number,
  bodies: readonly DrawnBody[],
  change: (frame: number, proposals: DrawnProposal[]) => DrawnProposal[] = (_, proposals) => proposals,
) {
  return {
    video_index: index,
    video_filename: `video_${index}.mp4`,
    frames: Array.from({ length: frames }, (_, frame) => {
      const visible = bodies.filter(({ half = 10, at }) => {
        const [x, y] = at(frame)
        return x > -half && x < width + half && y > -half && y < height + half
      })
      const found = visible.map((body) => proposalOf(body, frame))
      return { frame_index: frame, objects: change(frame, found) }
    }),
  }
}

/** Comes in from the left at 4 pixels a frame from a frame on. */
export function entering(from: number, y: number): DrawnBody['at'] {
  return (frame) => [-40 + 4 * Math.max(0, frame - from), y]
}

export function resting(x: number, y: number): DrawnBody['at'] {
  return () => [x, y]
}
