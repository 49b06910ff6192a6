import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findMethod, type Method, planRunMerge, runMethod, type RunOptions } from '../src/index.ts'

/** Runs all N shards of a run, each in a folder that is told, all at the same time. */
export async function runShards(
  count: number,
  outOf: (index: number) => string,
  options: Omit<RunOptions, 'out' | 'shard'>,
): Promise<void> {
  const indices = Array.from({ length: count }, (_, at) => at + 1)
  await Promise.all(indices.map((index) => runMethod({ ...options, out: outOf(index), shard: { index, count } })))
}

/** Merges, as the command does. */
export async function merge(folders: readonly string[], out?: string, overwrite = false) {
  const conclude = await planRunMerge({ folders, out, overwrite })
  return conclude()
}

/** A program that gives the picture for every frame, and says a number that it drew of the sample alone. */
export async function copyingProgram(folder: string): Promise<Method> {
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'generate.mjs'),
    `import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
    import { dirname, join, resolve } from 'node:path'
    const [manifest, out] = process.argv.slice(2)
    for (const line of readFileSync(manifest, 'utf8').trim().split('\\n')) {
      const { itemId, sampleIndex, seed, target, image } = JSON.parse(line)
      const folder = join(out, itemId, 's' + sampleIndex)
      mkdirSync(folder, { recursive: true })
      for (let t = 0; t < target.frames; t++)
        copyFileSync(resolve(dirname(manifest), image.path), join(folder, 'frame_' + String(t).padStart(4, '0') + '.png'))
      writeFileSync(join(folder, 'item.json'), JSON.stringify({ status: 'ok', wallMs: Date.now(), seed }))
      console.log(JSON.stringify({ itemId }))
      console.error('made', itemId)
    }`,
  )
  await writeFile(
    join(folder, 'method.json'),
    JSON.stringify({
      id: 'copying',
      version: '1',
      displayName: 'Copying',
      licences: ['Apache-2.0'],
      kind: 'process',
      command: [process.execPath, 'generate.mjs', '{manifest}', '{out}'],
      capabilities: { control: 'mask' },
      output: { alignment: 'frame' },
      determinism: 'bitwise-cpu',
      implementationStatus: 'working',
    }),
  )
  return findMethod(folder)
}
