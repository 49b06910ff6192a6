import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeLossless } from '@kinemetric/video'
import { prepare } from '../../benchmark/src/index.ts'
import { pattern, smallProtocol, writeDataset } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'

/** A benchmark of small clips, prepared, below a folder that is removed when the test file ends. */
export async function preparedBenchmark(ids: readonly string[]): Promise<{ root: string; manifest: string }> {
  const root = await temporaryFolder()
  await writeDataset(join(root, 'dataset'), [...ids])
  await prepare({
    adapter: 'physics',
    dataset: join(root, 'dataset'),
    protocol: smallProtocol,
    out: join(root, 'prepared'),
  })
  return { root, manifest: join(root, 'prepared', 'manifest.jsonl') }
}

export interface WrittenMethod {
  /** Tells a method's videos from another's. */
  shift: number
  /** Places of clips that it has no video of. */
  without?: readonly number[]
  /** Of each clip; one is `<clip>.mkv`, several are `<clip>@<k>.mkv`. */
  samples?: number
}

/** Videos of a method for those clips, each another. */
export async function writeMethod(
  folder: string,
  ids: readonly string[],
  { shift, without = [], samples = 1 }: WrittenMethod,
): Promise<void> {
  await mkdir(folder)
  for (const [index, id] of ids.entries())
    for (let sample = 0; sample < samples && !without.includes(index); sample++)
      await writeLossless(join(folder, `${samples === 1 ? id : `${id}@${sample}`}.mkv`), {
        pixels: pattern({ phase: index + shift + 0.05 * sample }),
        fps: 6,
      })
}
