import { clipError } from '../failures/clip-error.ts'

/**
 * Every how many source frames make a clip of `target` frames a second: source rate / target rate, which must be whole to within 1% (29.97 counts as 30).
 * A source without a rate (a folder of frames) is taken to be at the target rate already.
 * Source: InterDyn's demo loader, which divides by 6 and refuses rates that 6 does not divide.
 *
 * @param path the source, for the error
 * @throws KinemetricError `unsupported-fps`
 */
export function frameStride(path: string, source: number | undefined, target: number | null): number {
  if (target === null || source === undefined) return 1
  const ratio = source / target
  const stride = Math.round(ratio)
  if (stride < 1 || Math.abs(ratio - stride) > 0.01 * stride)
    throw clipError('unsupported-fps', path, {
      expected: `a frame rate that is a multiple of ${target}`,
      found: String(source),
    })
  return stride
}
