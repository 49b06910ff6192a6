import { lstat, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  canonicalJson,
  isError,
  openRegularFile,
  portableMessage,
  writeWhole,
  writeWholeFolder,
} from '@kinemetric/files'
import type { ManifestClip } from '@kinemetric/benchmark'
import { isUnverified, type WeightUse } from '@kinemetric/networks'
import { readItem, sampleFolder } from '@kinemetric/records'
import { probeImage, readImage, writePngFolder, writePreview } from '@kinemetric/video'
import type { GenerateAsk, Generation } from '../generator/generator.ts'
import { runnerError } from '../generator/runner-error.ts'

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

/**
 * Whether a program kept its word for a sample of a clip: undefined, or what is wrong. A sample that says that it is complete and is not gets an `item.json` that
 * says so and nothing else, or no later run would ask for it again.
 */
export async function sampleTrouble(out: string, clip: ManifestClip, sample = 0): Promise<string | undefined> {
  const folder = sampleFolder(out, clip.id, sample)
  const item = await readItem(folder)
  if (item === undefined) return 'expected item.json with a status, found none that fits the contract'
  if (item.status !== 'ok') return item.error?.message ?? `the method said ${item.status}`
  try {
    await requireFrames(out, clip, sample)
    return undefined
  } catch (error) {
    if (!isError(error)) throw error
    // The next attempt must not meet frames of this one, nor write through a link, wherever it leads.
    if ((await lstat(join(out, clip.id))).isSymbolicLink()) await rm(join(out, clip.id))
    await rm(folder, { recursive: true, force: true })
    return writeFailedSample(out, clip.id, error, sample)
  }
}

function refuse(where: string, expected: string, found: string) {
  return runnerError('wrong-output', where, { expected, found })
}

/**
 * As many frames as the clip has, each a PNG of its size in the sample's own folder: their headers are read, and the pictures of the first and the last.
 * @throws KinemetricError `wrong-output`; for a frame that cannot be read what `readImage` throws
 */
async function requireFrames(out: string, { id, window, geometry }: ManifestClip, sample: number): Promise<void> {
  const folder = sampleFolder(await realpath(out), id, sample)
  if ((await realpath(folder)) !== folder) throw refuse('', 'a folder of its own for a sample', 'a link')
  const { count } = window
  const there = (await readdir(folder)).filter((name) => /^frame_\d{4,}\.png$/.test(name))
  if (there.length !== count) throw refuse('', `${count} frames frame_0000.png …`, `${there.length}`)
  const size = geometry.target.join('×')
  for (let t = 0; t < count; t++) {
    const name = `frame_${String(t).padStart(4, '0')}.png`
    const path = join(folder, name)
    const { handle } = await openRegularFile(path, [folder]).catch((cause: unknown) => {
      throw isError(cause) ? refuse(name, 'a regular file in the folder of its sample', cause.found) : cause
    })
    await handle.close()
    const { format, height, width } = await probeImage(path)
    if (format !== 'png') throw refuse(name, 'a PNG', `a picture of format ${format}`)
    if (`${height}×${width}` !== size) throw refuse(name, `a frame of ${size} (height × width)`, `${height}×${width}`)
    if (t === 0 || t === count - 1) await readImage(path)
  }
}
