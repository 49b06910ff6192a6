import type { Manifest } from '@kinemetric/benchmark'
import { readTextFile } from '@kinemetric/files'
import { Option } from 'commander'
import { cliError } from '../../output/cli-error.ts'

/** Names of a hundred thousand clips and more. */
const maxBytes = 16 * 2 ** 20

/** `--clips <list>`: what `clipList` reads. */
export function clipsOption(does: string): Option {
  return new Option('--clips <list>', `${does} these clips alone: ids like a,b,c, or @file with one a line`)
}

/**
 * The ids of `--clips`: what stands between commas, or the lines of the file behind an @.
 * @throws KinemetricError `bad-option` for none, and where the file cannot be read
 */
export async function clipList(text: string | undefined): Promise<string[] | undefined> {
  if (text === undefined) return undefined
  const parts = text.startsWith('@') ? await linesOf(text.slice(1)) : text.split(',')
  const ids = [...new Set(parts.map((part) => part.trim().normalize('NFC')).filter((part) => part !== ''))]
  if (ids.length > 0) return ids
  throw cliError('bad-option', '--clips', { expected: 'at least one clip', found: 'none' })
}

/** A manifest with these clips alone, in its order. @throws KinemetricError `bad-option` for one that it does not have */
export function chosenClips(manifest: Manifest, ids: readonly string[]): Manifest {
  const wanted = new Set(ids)
  const clips = manifest.clips.filter(({ id }) => wanted.has(id))
  for (const { id } of clips) wanted.delete(id)
  const [unknown] = wanted
  if (unknown === undefined) return { ...manifest, clips }
  throw cliError('bad-option', '--clips', {
    expected: `clips of the ${manifest.clips.length} of the manifest`,
    found: unknown.slice(0, 100),
  })
}

async function linesOf(path: string): Promise<string[]> {
  const text = await readTextFile(path, { maxBytes })
  return text.split(/\r\n|[\n\r]/)
}
