import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mergePreparations, parseShard, type PrepareOptions, prepareShard } from '../../src/index.ts'
import { smallProtocol, writeDataset, writePair } from '../small-benchmark.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Clips of the data set, of which one is no video. */
export const ids = ['ant', 'bad', 'bee', 'cat', 'dog', 'e f', 'gnu', 'hen']

/** Of a folder with the third shard of three: its file. */
export const third = (folder: string) => join(folder, 'prepare.3-of-3.shard.json')

/** A data set prepared in three shards, in a folder of the test file's own. */
export async function preparedParts() {
  const root = await temporaryFolder()
  const at = (...parts: string[]) => join(root, ...parts)
  const options = { adapter: 'physics', dataset: at('dataset'), protocol: smallProtocol } as const
  const shard = (out: string, text: string, more: Partial<PrepareOptions> = {}) =>
    prepareShard({ ...options, out: at(out), shard: parseShard(text), ...more })
  const merge = (folders: readonly string[], out: string) => mergePreparations({ folders, out: at(out) })
  await writeDataset(options.dataset, ids)
  await writeFile(join(options.dataset, 'bad', 'video.mkv'), 'no video')
  await writePair(options.dataset, 'ant')
  for (const text of ['1/3', '2/3', '3/3']) await shard(`part-${text[0]}`, text)
  return { at, options, shard, merge, parts: ['part-1', 'part-2', 'part-3'].map((name) => at(name)) }
}
