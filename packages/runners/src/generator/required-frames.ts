import type { FrameArray } from '@kinemetric/video'
import type { Condition } from './condition.ts'
import { runnerError } from './runner-error.ts'

/** The first frame, uint8 [1, H, W, 3]. @throws KinemetricError `unfit-clip` where it is of another size than the clip */
export async function requiredImage({ image, size }: Condition): Promise<FrameArray> {
  const { pixels } = await image()
  return requireShape(pixels, 1, size, 'an image')
}

/** The control, uint8 [T, H, W, 3]. @throws KinemetricError `unfit-clip` where there is none, or it is of another length or size than the clip */
export async function requiredControl({ control, frames, size }: Condition): Promise<FrameArray> {
  if (control === undefined) throw runnerError('unfit-clip', '', { expected: 'a control signal', found: 'none' })
  const { pixels } = await control.frames()
  return requireShape(pixels, frames, size, 'a control')
}

/** @throws KinemetricError `unfit-clip` for a size that the network does not take */
export function requireMultiple({ size }: Condition, multiple: number): void {
  if (size.every((side) => side % multiple === 0)) return
  const expected = `a height and width that are multiples of ${multiple}`
  throw runnerError('unfit-clip', '', { expected, found: size.join('×') })
}

function requireShape(pixels: FrameArray, count: number, size: readonly [number, number], what: string): FrameArray {
  const [frames, height, width] = pixels.shape
  if (frames === count && height === size[0] && width === size[1]) return pixels
  throw runnerError('unfit-clip', '', {
    expected: `${what} of ${count} × ${size.join('×')} (frames × height × width)`,
    found: `${frames} × ${height}×${width}`,
  })
}
