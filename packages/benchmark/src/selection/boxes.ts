/** A box in pixels, x to the right and y down: its corners [x1, y1, x2, y2], the second one outside by a pixel where they are whole. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number]

/** [height, width] in pixels. */
export type Size = readonly [height: number, width: number]

/** A box inside a frame of that size: what lies outside is cut off. */
export function clampBox([x1, y1, x2, y2]: Box, [height, width]: Size): Box {
  return [clamp(x1, width), clamp(y1, height), clamp(x2, width), clamp(y2, height)]
}

/** Whether a box, clamped, is at least a pixel wide and high. */
export function isUsable([x1, y1, x2, y2]: Box): boolean {
  return x2 - x1 >= 1 && y2 - y1 >= 1
}

/** The smallest box around some boxes; undefined for none. */
export function unionOf(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined
  return [
    Math.min(...boxes.map(([x1]) => x1)),
    Math.min(...boxes.map(([, y1]) => y1)),
    Math.max(...boxes.map(([, , x2]) => x2)),
    Math.max(...boxes.map(([, , , y2]) => y2)),
  ]
}

/** The box of the largest area, of several the first; undefined for none. */
export function largestOf(boxes: readonly Box[]): Box | undefined {
  let largest: Box | undefined
  for (const box of boxes) if (largest === undefined || areaOf(box) > areaOf(largest)) largest = box
  return largest
}

function areaOf([x1, y1, x2, y2]: Box): number {
  return (x2 - x1) * (y2 - y1)
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most)
}
