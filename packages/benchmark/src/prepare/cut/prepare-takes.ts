import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFrames, writeLossless } from '@kinemetric/video'
import type { DatasetClip } from '../../datasets/dataset-adapter.ts'
import { giveBack, takeBytes } from '../../datasets/frame-buffers.ts'
import type { FrameSource } from '../../datasets/frame-source.ts'
import { clipError } from '../../failures/clip-error.ts'
import type { ManifestClip } from '../../manifest/manifest-clip.ts'
import { fileEntry } from './clip-files.ts'
import type { ClipTarget } from './clip-target.ts'
import { cutVideo } from './cut-video.ts'

/**
 * Cuts each further take as the reference is cut and writes it losslessly, as `takes/<n>.mkv`.
 * @throws KinemetricError `wrong-size` for another length or size than the reference's; as reading its source does
 */
export async function prepareTakes(
  takes: readonly FrameSource[],
  entry: ManifestClip,
  clip: DatasetClip,
  target: ClipTarget,
): Promise<NonNullable<ManifestClip['takes']>> {
  const made: NonNullable<ManifestClip['takes']> = []
  await mkdir(join(target.folder, 'takes'))
  for (const [index, source] of takes.entries()) {
    const { frames, fps, warnings } = await cutVideo(source, target.protocol, clip, target.signal, takeBytes)
    for (const warning of warnings) target.onWarning?.(warning)
    requireLike(entry, frames.shape, source)
    const name = `takes/${index + 2}.mkv`
    await writeLossless(
      join(target.folder, name),
      { pixels: frames, fps: fps ?? entry.fps ?? undefined },
      { blocking: true },
    )
    made.push({ ...(await fileEntry(target, name)), framesSha256: hashFrames(frames) })
    giveBack(frames)
  }
  return made
}

/**
 * Writes where the reference and each take move, as `moving/<codec>-<n>.mkv`. What a codec of this machine could not make is left out.
 * @throws KinemetricError `wrong-size` for masks of another length or size than the reference's; as reading their sources does
 */
export async function prepareMovingPixels(
  kinds: NonNullable<DatasetClip['movingPixels']>,
  entry: ManifestClip,
  target: ClipTarget,
): Promise<ManifestClip['movingPixels']> {
  const made: NonNullable<ManifestClip['movingPixels']> = []
  await mkdir(join(target.folder, 'moving'))
  for (const { codec, masks } of kinds) {
    const files: (typeof made)[number]['masks'] = []
    for (const [index, source] of masks.entries()) {
      const { pixels, warnings = [] } = await source.read(
        { start: 0, stride: 1, count: entry.window.count },
        target.signal,
      )
      for (const { code, message } of warnings) target.onWarning?.({ code, message: `its masks: ${message}` })
      requireLike(entry, pixels.shape, source)
      const name = `moving/${codec}-${index + 1}.mkv`
      await writeLossless(join(target.folder, name), { pixels, fps: entry.fps ?? undefined }, { blocking: true })
      files.push(await fileEntry(target, name))
    }
    made.push({ codec, masks: files })
  }
  return made
}

function requireLike(
  { window, geometry }: ManifestClip,
  shape: readonly number[],
  { files: [place] }: FrameSource,
): void {
  const [count, height, width] = shape
  const expected = `${window.count} frames of ${geometry.target.join('×')} (height × width), as the reference has`
  const found = `${count} frames of ${height}×${width}`
  if (count !== window.count || height !== geometry.target[0] || width !== geometry.target[1])
    throw clipError('wrong-size', place, { expected, found })
}
