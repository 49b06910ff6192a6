import { countOf } from '@kinemetric/files'
import { clipError } from '../../failures/clip-error.ts'
import { type ClevrerScene, readAnnotation } from './annotation.ts'
import type { ClevrerFiles, FilesOfScenes } from './find-files.ts'
import { joinProposals, type ObjectMasks, readProposals } from './proposals.ts'
import { type SceneMasks, sceneMasks } from './scene-masks.ts'

/** A scene with its files read. */
export interface ReadScene {
  readonly scene: ClevrerScene
  readonly masks: ObjectMasks
  readonly decoded: SceneMasks
  readonly video: string
  /** The file of its masks. */
  readonly proposals: string
  readonly warnings: readonly string[]
}

/**
 * Reads a scene's annotation and masks.
 * @throws KinemetricError `dataset` where a file is missing or there several times; as `readAnnotation`, `readProposals`
 */
export async function readScene(number: number, found: ClevrerFiles): Promise<ReadScene> {
  const scene = await readAnnotation(theOne(number, found.annotations, 'annotation'))
  const proposals = theOne(number, found.proposals, `file of masks (${found.masks})`)
  const video = theOne(number, found.videos, 'video')
  const { frames, index, warnings } = await readProposals(proposals)
  const masks = joinProposals(scene, frames)
  const misplaced = [
    ['annotation', scene.index],
    ['masks', index],
  ].filter(([, own]) => own !== undefined && own !== number)
  return {
    scene,
    masks,
    decoded: sceneMasks(proposals, masks),
    video,
    proposals,
    warnings: [
      ...misplaced.map(([what, own]) => `${what}: the file is named for scene ${number} and says that it is of ${own}`),
      ...warnings,
      ...dropped(masks),
    ],
  }
}

function theOne(number: number, paths: FilesOfScenes, what: string): string {
  const [path, ...others] = paths.get(number) ?? []
  if (path !== undefined && others.length === 0) return path
  throw clipError('dataset', '', {
    expected: `one ${what} of the scene`,
    found: path === undefined ? 'none' : String(1 + others.length),
  })
}

function dropped({ unmatched, repeated }: ObjectMasks): string[] {
  const warnings: string[] = []
  if (unmatched.length > 0)
    warnings.push(
      `${countOf(unmatched.length, 'mask of no object of the scene is', 'masks of no object of the scene are')} dropped`,
    )
  if (repeated.length > 0)
    warnings.push(
      `${repeated.length} times an object has several masks in a frame; the one with the highest score is taken`,
    )
  return warnings
}
