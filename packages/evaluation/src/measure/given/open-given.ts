import { benchmarkError } from '@kinemetric/benchmark'
import type { GeneratedSet } from '../../clips/generated-samples.ts'
import { namesOf } from '../../references/known-names.ts'
import type { ReferenceSet } from '../../references/reference-clips.ts'
import { type GivenFeatures, type GivenFiles, openGivenFeatures } from './given-features.ts'

/**
 * Opens all rows that were brought, held against the clips of an evaluation.
 * @throws KinemetricError `bad-option` where rows of one file could be several clips': several methods, several samples a clip, unrelated pairs, an encoder twice;
 * as `openGivenFeatures`
 */
export async function openGiven(
  { features = [], unrelated = 0 }: { features?: readonly GivenFiles[] | undefined; unrelated?: number | undefined },
  references: ReferenceSet,
  sets: readonly { generated: GeneratedSet }[],
): Promise<GivenFeatures[]> {
  if (features.length === 0) return []
  const [{ generated }] = sets
  const ids = Array.from(references.clips.names, ({ id }) => id)
  const several = ids.find((id) => (generated.byClip.get(id)?.length ?? 0) > 1)
  refuse(sets.length > 1, 'one --generated with it', `${sets.length} methods`)
  refuse(several !== undefined, 'one sample of each clip (--sample chooses it)', `several of ${several}`)
  refuse(unrelated > 0, 'no --floor with it', 'one: rows of unrelated pairs are not among them')
  const names = features.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) < at)
  refuse(twice !== undefined, 'each encoder once', `${twice} again`)
  const clips = {
    references: ids,
    generated: ids.filter((id) => generated.byClip.get(id) !== undefined),
    known: namesOf(references),
  }
  const opened: GivenFeatures[] = []
  for (const files of features) opened.push(await openGivenFeatures(files, clips))
  return opened
}

function refuse(isWrong: boolean, expected: string, found: string): void {
  if (isWrong) throw benchmarkError('bad-option', '--features', { expected, found })
}
