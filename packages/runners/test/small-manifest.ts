import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Manifest, prepare, readManifest } from '@kinemetric/benchmark'
import { makePhysicsBenchmark } from '@kinemetric/physics'
import { afterAll } from 'vitest'

/** A folder of this test file's own, removed when it is done, with a prepared physics benchmark of so many clips, without their pairs unless they are asked for. */
export async function smallManifest(
  clips: number,
  { pairs = false } = {},
): Promise<{ folder: string; manifest: Manifest }> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-runners-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const dataset = join(folder, 'dataset')
  await makePhysicsBenchmark(dataset, { clips })
  const out = join(folder, 'prepared')
  const prepared = await prepare({ adapter: 'physics', dataset, protocol: 'physics-256x384', out })
  const manifest = await readManifest(prepared.manifest)
  if (pairs) return { folder, manifest }
  return { folder, manifest: { ...manifest, clips: manifest.clips.map((clip) => ({ ...clip, pairs: undefined })) } }
}
