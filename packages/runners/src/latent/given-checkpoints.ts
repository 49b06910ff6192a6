import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  generatorCatalogue,
  locateGenerator,
  pulledFile,
  pulledFrom,
  sha256Of,
  unverifiedUse,
  weightCatalogue,
  type WeightUse,
} from '@kinemetric/networks'
import type { MethodSpec } from '@kinemetric/records'
import type { GeneratorOptions, Settings } from '../generator/generator.ts'
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

/** Files of a method by the word that they were given under. */
export type FilesByWord = readonly (readonly [word: string, files: readonly string[]])[]

/**
 * What opening a method's networks would refuse before a tensor is loaded, of the weights that are here and of the settings.
 * @param paths by the words of method.json; no word for what is not here
 * @returns the files that would be opened @throws KinemetricError as opening does
 */
export type Foresee = (paths: Readonly<Record<string, string | undefined>>, settings: Settings) => Promise<FilesByWord>

/** Larger files are not read to learn whether they are those of the catalogue whose size they have. */
const readAtMost = 2 ** 28

/**
 * Those of a method's files for which nothing vouches, as `usesOf` will find once it has read them: gigabytes are not read for it, so that a file which has
 * the size of the one that was pulled in its place, or of one in the catalogue, counts as that one here.
 */
export async function unvouched(files: FilesByWord): Promise<FilesByWord> {
  const found: [string, string[]][] = []
  for (const [word, paths] of files) {
    const unknown: string[] = []
    for (const path of paths) if (!isConfig(path) && !(await seemsKnown(path))) unknown.push(path)
    if (unknown.length > 0) found.push([word, unknown])
  }
  return found
}

async function seemsKnown(path: string): Promise<boolean> {
  const { size } = await stat(path)
  const pulled = await pulledFile(path)
  if (pulled?.noted.bytes === size) return true
  const alike = weightCatalogue.filter(({ bytes }) => bytes === size)
  if (alike.length === 0 || size > readAtMost) return alike.length > 0
  const sha256 = await sha256Of(path)
  return alike.some((entry) => entry.sha256 === sha256)
}

/** Configurations hold no weights: they are named, and nobody has to vouch for them. */
function isConfig(path: string): boolean {
  return /\.(json|yaml)$/.test(path)
}

/**
 * What files a method was opened with, by their sha256: by the name in the catalogue where it is one of there or was pulled from there, else as
 * what nothing vouches for.
 * Configurations are named for where they lie.
 * @param files by the word that they were given under
 * @throws KinemetricError `bad-option` where nothing vouches for one, and that was not allowed
 */
export async function usesOf(
  files: FilesByWord,
  { unverified }: Pick<GeneratorOptions, 'unverified'>,
): Promise<WeightUse[]> {
  const uses: WeightUse[] = []
  for (const [word, paths] of files)
    for (const path of paths) {
      const name = `${word}/${basename(dirname(path))}/${basename(path)}`
      const sha256 = await sha256Of(path)
      const pulled = await pulledFrom(path, sha256)
      const entry = weightCatalogue.find((known) => known.sha256 === sha256)
      if (entry === undefined && pulled === undefined && !isConfig(path) && !unverified)
        throw runnerError('bad-option', path, {
          expected: '--unverified beside a checkpoint of one’s own',
          found: 'it alone',
          then: 'nothing vouches for the content of this file',
        })
      if (entry !== undefined) uses.push({ id: entry.id, sha256, licence: entry.licence })
      else if (pulled !== undefined)
        uses.push({ id: `${pulled.id}/${name.slice(word.length + 1)}`, sha256, licence: pulled.licence })
      else uses.push(isConfig(path) ? { id: name, sha256, licence: 'unknown' } : unverifiedUse(name, sha256))
    }
  return uses
}
