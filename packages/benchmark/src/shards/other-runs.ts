import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError, lockHolder } from '@kinemetric/files'

/** @throws KinemetricError `locked` while another run holds that lock */
export async function requireNoOther(lock: string): Promise<void> {
  const holder = await lockHolder(lock)
  if (holder?.isAtWork !== true) return
  throw fileError('locked', lock, {
    expected: 'no other run here',
    found: `process ${holder.pid} on ${holder.host}, which is running`,
    then: 'wait for its end, or end it',
  })
}

/** @param name of what they are shards of. @throws KinemetricError `locked` while a shard is at work in a folder */
export async function requireNoShard(folder: string, name: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const own = names.filter((each) => each.startsWith(`.${name}.`) && /\.\d+-of-\d+\.lock$/.test(each))
  for (const each of own) await requireNoOther(join(folder, each))
}
