import { basename, dirname, join } from 'node:path'
import {
  generatorCatalogue,
  locateGenerator,
  pulledFrom,
  sha256Of,
  unverifiedUse,
  weightCatalogue,
  type WeightUse,
} from '@kinemetric/networks'
import type { MethodSpec } from '@kinemetric/records'
import type { GeneratorOptions } from '../generator/generator.ts'
import { runnerError } from '../generator/runner-error.ts'

/**
 * The path that was given under a word of method.json's `checkpoints`, else that of the weights folder's own.
 * @throws KinemetricError `method-weights` where there is neither, with the command that gets them
 */
export async function checkpointPath(
  { checkpoints, searchPath }: Pick<GeneratorOptions, 'checkpoints' | 'searchPath'>,
  word: string,
  what: string,
): Promise<string> {
  if (Object.hasOwn(checkpoints, word)) return checkpoints[word]
  const entry = generatorCatalogue.find((known) => known.word === word)
  const located = entry && (await locateGenerator(entry, searchPath))
  if (located !== undefined) return join(located.folder, located.entry.opens ?? '')
  const token = entry?.gated === true ? ', given only with a token in HF_TOKEN' : ''
  throw runnerError('method-weights', word, {
    expected: `--checkpoint ${word}=${what}, or what was pulled`,
    found: 'none',
    then: entry && `get it: kinemetric weights pull ${entry.id} (${entry.size}, licence: ${entry.licence}${token})`,
  })
}

/** Where the weights lie that were given or pulled, by the words of method.json: no word for what is not here. */
export async function pathsOf(
  { checkpoints }: Pick<MethodSpec, 'checkpoints'>,
  given: Pick<GeneratorOptions, 'checkpoints' | 'searchPath'>,
): Promise<Record<string, string>> {
  const paths: Record<string, string> = {}
  for (const word of Object.keys(checkpoints)) {
    const path = await checkpointPath(given, word, '').catch(() => undefined)
    if (path !== undefined) paths[word] = path
  }
  return paths
}

/**
 * What files a method was opened with, by their sha256: by the name in the catalogue where it is one of there or was pulled from there, else as
 * what nothing vouches for.
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
      const sha256 = await sha256Of(path)
      const pulled = await pulledFrom(path, sha256)
      const entry = weightCatalogue.find((known) => known.sha256 === sha256)
      const isConfig = /\.(json|yaml)$/.test(path)
      if (entry === undefined && pulled === undefined && !isConfig && !unverified)
        throw runnerError('bad-option', path, {
          expected: '--unverified beside a checkpoint of one’s own',
          found: 'it alone',
          then: 'nothing vouches for the content of this file',
        })
      if (entry !== undefined) uses.push({ id: entry.id, sha256, licence: entry.licence })
      else if (pulled !== undefined)
        uses.push({ id: `${pulled.id}/${name.slice(word.length + 1)}`, sha256, licence: pulled.licence })
      else uses.push(isConfig ? { id: name, sha256, licence: 'unknown' } : unverifiedUse(name, sha256))
    }
  return uses
}
