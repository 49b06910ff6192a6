import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isOfShard, shardPaths } from '@kinemetric/benchmark'
import { tinyProtocol } from './many-clips.ts'

/**
 * What one shard of one measured, as so many shards would have it; as one without its last lines the journal of one pass that was cut off.
 */
export async function splitShard(from: string, to: string, { count, lacking }: { count: number; lacking: number }) {
  const folder = join(to, tinyProtocol.identity.id)
  await mkdir(folder, { recursive: true })
  const whole = shardPaths(join(from, tinyProtocol.identity.id), 'many', { index: 1, count: 1 })
  const [head, ...lines] = (await readFile(whole.journal, 'utf8')).trimEnd().split('\n')
  if (count === 1) {
    const left = lines.slice(0, lines.length - lacking)
    await writeFile(join(folder, '.many.journal.jsonl'), `${[head, ...left].join('\n')}\n`)
    return
  }
  const file = JSON.parse(await readFile(whole.file, 'utf8'))
  const clips = lines.map((line): string => JSON.parse(line).clip)
  for (let index = 1; index <= count; index++) {
    const shard = { index, count }
    const paths = shardPaths(folder, 'many', shard)
    const own = lines.filter((_, at) => isOfShard(clips[at], shard))
    await writeFile(paths.journal, `${[head, ...own].join('\n')}\n`)
    const tasks = file.tasks.filter(({ clip }: { clip: string }) => isOfShard(clip, shard))
    await writeFile(paths.file, JSON.stringify({ ...file, shard, tasks }))
  }
}
