import { hashBytes, jsonLine } from '@kinemetric/files'
import { decodeRunLengths, frameArray, type RunLengths } from '@kinemetric/video'
import { clipError } from '../failures/clip-error.ts'
import type { FrameSource } from './frame-source.ts'

/** Masks to be painted, as data. */
export interface MasksToPaint {
  /** Where they were read, for errors. */
  readonly file: string
  /** [height, width] in pixels: of every mask. */
  readonly size: readonly [number, number]
  /** Frames of the whole video. */
  readonly total: number
  /** By source frame: masks with what they are painted in (sRGB), the last one on top. Other frames are not there. */
  readonly frames: ReadonlyMap<
    number,
    readonly { readonly mask: RunLengths; readonly colour: readonly [number, number, number] }[]
  >
}

/**
 * Masks in their colours on black, decoded when they are read.
 * @throws KinemetricError (when read) `bad-mask`; `mask-frame-count` where it is asked for a frame that it was not made for: nothing is black by mistake
 */
export function paintedRunLengths(of: MasksToPaint): FrameSource {
  const { file, size, total, frames } = of
  const [height, width] = size
  return {
    files: [file],
    digest: async () => hashBytes(jsonLine([size, total, [...frames]])),
    portable: { kind: 'painted-run-lengths', data: of },
    rate: async () => undefined,
    async read({ start, stride, count }) {
      const there = Math.max(0, Math.ceil((total - start) / stride))
      const wanted = count === 'all' ? there : Math.min(count, there)
      const bytes = height * width * 3
      const data = new Uint8Array(wanted * bytes)
      for (let t = 0; t < wanted; t++) {
        const frame = start + t * stride
        const layers = frames.get(frame)
        if (layers === undefined)
          throw clipError('mask-frame-count', file, {
            expected: `to be asked for masks of the source frames ${[...frames.keys()].join(', ')}`,
            found: `frame ${frame}`,
          })
        const pixels = data.subarray(t * bytes, (t + 1) * bytes)
        for (const { mask, colour } of layers) paint(pixels, mask, colour)
      }
      return { pixels: frameArray(data, wanted, height, width), total }
    },
  }
}

function paint(pixels: Uint8Array, mask: RunLengths, colour: readonly [number, number, number]): void {
  const { inside } = decodeRunLengths(mask)
  for (let i = 0; i < inside.length; i++) if (inside[i] === 1) pixels.set(colour, 3 * i)
}
