import { ClipError } from '../failures/clip-failure.ts'

/**
 * Every how many source frames make a clip of `target` frames a second: source rate / target rate, which must be whole to within 1% (29.97 counts as 30).
 * A source without a rate (a folder of frames) is taken to be at the target rate already. Throws ClipError `unsupported-fps`.
 * Source: InterDyn's demo loader, which divides by 6 and refuses rates that 6 does not divide.
 */
export function frameStride(source: number | undefined, target: number | null): number {
  if (target === null || source === undefined) return 1
  const ratio = source / target
  const stride = Math.round(ratio)
  if (stride < 1 || Math.abs(ratio - stride) > 0.01 * stride)
    throw new ClipError('unsupported-fps', `expected a frame rate that is a multiple of ${target}, found ${source}`)
  return stride
}
