import { basename, dirname } from 'node:path'
import { hashFile } from '@kinemetric/files'
import { unverifiedUse, weightCatalogue, type WeightUse } from '@kinemetric/networks'
import type { GeneratorOptions } from '../generator/generator.ts'
import { runnerError } from '../generator/runner-error.ts'

/** The path that was given under a word of method.json's `checkpoints`. @throws KinemetricError `method-weights` where none was */
export function givenCheckpoint({ checkpoints }: GeneratorOptions, word: string, what: string): string {
  if (Object.hasOwn(checkpoints, word)) return checkpoints[word]
  throw runnerError('method-weights', word, { expected: `--checkpoint ${word}=${what}`, found: 'none' })
}

/**
 * What files a method was opened with, by their sha256: by the name in the catalogue where it is one of there, else as what nothing vouches for.
 * Configurations are named for where they lie.
 * @param files by the word that they were given under
 * @throws KinemetricError `bad-option` where nothing vouches for one, and that was not allowed
 */
export async function usesOf(
  files: readonly (readonly [word: string, files: readonly string[]])[],
  { unverified }: Pick<GeneratorOptions, 'unverified'>,
): Promise<WeightUse[]> {
  const uses: WeightUse[] = []
  for (const [word, paths] of files)
    for (const path of paths) {
      const name = `${word}/${basename(dirname(path))}/${basename(path)}`
      const sha256 = await hashFile(path)
      const entry = weightCatalogue.find((known) => known.sha256 === sha256)
      const isConfig = /\.(json|yaml)$/.test(path)
      if (entry === undefined && !isConfig && !unverified)
        throw runnerError('bad-option', path, {
          expected: '--unverified beside a checkpoint of one’s own',
          found: 'it alone',
          then: 'nothing vouches for the content of this file',
        })
      if (entry !== undefined) uses.push({ id: entry.id, sha256, licence: entry.licence })
      else uses.push(isConfig ? { id: name, sha256, licence: 'unknown' } : unverifiedUse(name, sha256))
    }
  return uses
}
