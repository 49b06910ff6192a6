import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, isError, portableMessage, writeWhole, writeWholeFolder } from '@kinemetric/files'
import type { ManifestClip } from '@kinemetric/benchmark'
import { isUnverified, type WeightUse } from '@kinemetric/networks'
import { readItem, sampleFolder } from '@kinemetric/records'
import { writePngFolder, writePreview } from '@kinemetric/video'
import type { GenerateAsk, Generation } from '../generator/generator.ts'

/** Of a sample's small video, beside its frames. */
export const previewName = 'preview.mp4'

/**
 * Writes a sample, whole or not at all: `frame_0000.png` …, on request `preview.mp4`, and `item.json`, which names weights that nothing vouches for.
 * @throws KinemetricError `disk-full`, `write-failed`
 */
export async function writeSample(
  out: string,
  clip: string,
  { frames, isInput, noise, notes }: Generation,
  {
    seed,
    sample,
    wallMs,
    weights,
    preview,
  }: Pick<GenerateAsk, 'seed' | 'sample'> & { wallMs: number; weights: readonly WeightUse[]; preview: boolean },
): Promise<void> {
  const { pixels, fps } = frames
  const unverified = weights.filter(isUnverified).map(({ id }) => id)
  await writeWholeFolder(sampleFolder(out, clip, sample), async (partial) => {
    await writePngFolder(partial, frames, { inTheMaking: true, quick: true })
    if (preview) await writePreview(join(partial, previewName), frames)
    const item = {
      status: 'ok',
      wallMs: Math.round(wallMs),
      seed,
      timestamps: Array.from({ length: pixels.shape[0] }, (_, t) => (fps === undefined ? t : t / fps)),
      frameIsInput: isInput,
      ...(noise === null ? {} : { noise }),
      ...(unverified.length === 0 ? {} : { unverifiedWeights: unverified }),
      notes,
    }
    await writeFile(join(partial, 'item.json'), canonicalJson(item), { flush: true })
  })
}

/** Writes why there is no sample. @returns the message, which names no folder of this machine */
export async function writeFailedSample(out: string, clip: string, error: unknown, sample = 0): Promise<string> {
  const message = isError(error) ? portableMessage(error) : error instanceof Error ? error.message : String(error)
  const type = isError(error) ? error.code : error instanceof Error ? error.name : 'Error'
  await writeWhole(
    join(sampleFolder(out, clip, sample), 'item.json'),
    canonicalJson({ status: 'failed', error: { type, message } }),
  )
  return message
}

/** Whether a program kept its word for a sample of a clip: undefined, or what is wrong. */
export async function sampleTrouble(out: string, clip: ManifestClip, sample = 0): Promise<string | undefined> {
  const folder = sampleFolder(out, clip.id, sample)
  const item = await readItem(folder)
  if (item === undefined) return 'expected item.json with a status, found none that fits the contract'
  if (item.status !== 'ok') return item.error?.message ?? `the method said ${item.status}`
  const { count } = clip.window
  const found = (await readdir(folder)).filter((name) => /^frame_\d{4,}\.png$/.test(name)).length
  return found === count ? undefined : `expected ${count} frames frame_0000.png …, found ${found}`
}
