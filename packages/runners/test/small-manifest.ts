import { constants } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Manifest, prepare, readManifest } from '@kinemetric/benchmark'
import { makePhysicsBenchmark } from '@kinemetric/physics'
import { afterAll } from 'vitest'
import { madeOnce } from '../../../test/made-once.ts'

/**
 * A folder of this test file's own, removed when it is done, with a prepared physics benchmark of so many clips, without their pairs unless they are asked
 * for. It is made once for all files, and copied.
 */
export async function smallManifest(
  clips: number,
  { pairs = false } = {},
): Promise<{ folder: string; manifest: Manifest }> {
  const made = await madeOnce(`physics of ${clips}`, async (folder) => {
    const dataset = join(folder, 'dataset')
    await makePhysicsBenchmark(dataset, { clips })
    await prepare({ adapter: 'physics', dataset, protocol: 'physics-256x384', out: join(folder, 'prepared') })
  })
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-runners-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  await cp(made, folder, { recursive: true, mode: constants.COPYFILE_FICLONE })
  const manifest = await readManifest(join(folder, 'prepared', 'manifest.jsonl'))
  if (pairs) return { folder, manifest }
  return { folder, manifest: { ...manifest, clips: manifest.clips.map((clip) => ({ ...clip, pairs: undefined })) } }
}
