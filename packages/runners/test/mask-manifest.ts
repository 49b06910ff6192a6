import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manifest } from '@kinemetric/benchmark'
import { afterAll } from 'vitest'
import { writeMaskManifest } from './write-mask-manifest.ts'

/** A folder of this test file's own, and a manifest in it of clips with a picture and a hand's masks, without references. */
export async function maskManifest(
  clips: readonly string[],
  size: readonly [number, number],
  frames: number,
): Promise<{ folder: string; manifest: Manifest }> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-masks-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return { folder, manifest: await writeMaskManifest(folder, clips, size, frames) }
}
