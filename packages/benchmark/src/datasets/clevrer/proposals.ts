import { countOf, readJson } from '@kinemetric/files'
import type { RunLengths } from '@kinemetric/video'
import { z } from 'zod'
import { type ClevrerScene, nameOf, sceneFrames } from './annotation.ts'

/** A mask that a network proposed for an object of a frame. */
export interface Proposal {
  readonly colour: string
  readonly material: string
  readonly shape: string
  readonly score: number
  readonly mask: RunLengths
}

/** A file of either release. */
export interface ProposalFile {
  /** By frame, in the file's order. */
  readonly frames: readonly (readonly Proposal[])[]
  /** The number that the file gives the video. */
  readonly index: number | undefined
  /** In words, what was passed over. */
  readonly warnings: readonly string[]
}

/** What both releases share; the keys in which they differ (`video_filename`, `video_name`, `frame_filename`, `ground_truth`) are not needed. */
const fileSchema = z.object({
  video_index: z.number().optional(),
  frames: z.array(
    z.object({
      frame_index: z.number().int().nonnegative(),
      objects: z.array(
        z.object({
          mask: z.object({
            size: z.tuple([z.number(), z.number()]),
            counts: z.union([z.string(), z.array(z.number())]),
          }),
          color: z.string(),
          material: z.string(),
          shape: z.string(),
          score: z.number(),
        }),
      ),
    }),
  ),
})

/** Reads a `proposal_00000.json` or `sim_00000.json`. Masks stay encoded: most are never looked at. @throws KinemetricError as `readJson` */
export async function readProposals(path: string): Promise<ProposalFile> {
  const file = await readJson(path, fileSchema)
  const frames: Proposal[][] = Array.from({ length: sceneFrames }, () => [])
  const found = new Set<number>()
  for (const { frame_index, objects } of file.frames) {
    found.add(frame_index)
    for (const { color, ...rest } of objects) frames[frame_index]?.push({ ...rest, colour: color })
  }
  const beyond = [...found].filter((frame) => frame >= sceneFrames).length
  const absent = sceneFrames - (found.size - beyond)
  const warnings: string[] = []
  if (absent > 0)
    warnings.push(
      `masks: ${absent} of ${sceneFrames} frames ${absent === 1 ? 'is not in the file, and has' : 'are not in the file, and have'} none`,
    )
  if (beyond > 0) warnings.push(`masks: ${countOf(beyond, 'frame')} behind the last one of the video passed over`)
  return { frames, index: file.video_index, warnings }
}

/** Proposals as masks of the scene's objects. */
export interface ObjectMasks {
  /** By frame, then by object: of several proposals the one with the highest score. */
  readonly frames: readonly ReadonlyMap<number, Proposal>[]
  /** Proposals of no object of the scene: frame, colour, material, shape. They are dropped. */
  readonly unmatched: readonly (readonly [number, string, string, string])[]
  /** Frames in which an object has several proposals. */
  readonly repeated: readonly (readonly [number, number])[]
  /** Frames in which an object is inside the view and has none. */
  readonly missing: readonly (readonly [number, number])[]
}

/** Finds the object of each proposal by colour, material and shape. Of two with the same score the first of the file is taken. */
export function joinProposals({ objects, inside }: ClevrerScene, proposed: ProposalFile['frames']): ObjectMasks {
  const idOf = new Map(objects.map((object) => [nameOf(object), object.id]))
  const unmatched: [number, string, string, string][] = []
  const repeated: [number, number][] = []
  const missing: [number, number][] = []
  const frames = proposed.map((proposals, frame) => {
    const best = new Map<number, Proposal>()
    const several = new Set<number>()
    for (const proposal of proposals) {
      const id = idOf.get(nameOf(proposal))
      if (id === undefined) {
        unmatched.push([frame, proposal.colour, proposal.material, proposal.shape])
        continue
      }
      const other = best.get(id)
      if (other !== undefined) several.add(id)
      if (other === undefined || proposal.score > other.score) best.set(id, proposal)
    }
    for (const { id } of objects) {
      if (several.has(id)) repeated.push([frame, id])
      if (inside.get(id)?.[frame] === true && !best.has(id)) missing.push([frame, id])
    }
    return best
  })
  return { frames, unmatched, repeated, missing }
}
