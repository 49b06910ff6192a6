import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openCheckpoint, readTensor, writeSafetensors } from '@kinemetric/networks'
import { expect } from 'vitest'
import { ownNoise } from '../../src/noise/noise.ts'

type Shapes = Readonly<Record<string, readonly number[]>>

/** sha256 of every frame of a sample. */
export function framesOf(out: string, clip: string, sample: number): string[] {
  const at = join(out, clip, `s${sample}`)
  const frames = readdirSync(at).filter((name) => name.endsWith('.png'))
  return frames.sort().map((name) =>
    createHash('sha256')
      .update(readFileSync(join(at, name)))
      .digest('hex'),
  )
}

/** Writes our own noise of sample 0 of a clip as noise that is given. @returns the folder */
export async function writeOwnNoise(folder: string, method: string, clip: string, shapes: Shapes): Promise<string> {
  const own = ownNoise({ seed: 0, method, clip, sample: 0 })
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  for (const [name, shape] of Object.entries(shapes)) tensors.set(name, { shape, data: await own.draw(name, shape) })
  await writeSafetensors(join(folder, clip, '0.safetensors'), tensors)
  return folder
}

/** What is in a clip's dump: these tensors, the frames of numbers in [0, 1]. */
export async function expectDump(folder: string, clip: string, shapes: Shapes): Promise<void> {
  const { tensors } = await openCheckpoint(join(folder, clip, '0.safetensors'))
  expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual(shapes)
  const pixels = await readTensor(tensors.get('frames')!)
  expect(Math.min(...pixels)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...pixels)).toBeLessThanOrEqual(1)
}
