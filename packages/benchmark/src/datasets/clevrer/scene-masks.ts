import { errorAt, isError } from '@kinemetric/files'
import { type BinaryMask, decodeRunLengths, type RunLengths } from '@kinemetric/video'
import { clipError } from '../../failures/clip-error.ts'
import type { ObjectMasks, Proposal } from './proposals.ts'

/** [height, width] of CLEVRER's frames: of a scene without any mask nothing else is known. */
const usualSize = [320, 480] as const

/** Decodes a scene's masks, which are all of one size. */
export interface SceneMasks {
  /** [height, width] in pixels. */
  readonly size: readonly [number, number]
  /** @throws KinemetricError `bad-mask`; `wrong-size` where it is not of the others' size */
  readonly decode: (proposal: Proposal) => BinaryMask
}

/** @param path of the file that they come from, for errors */
export function sceneMasks(path: string, { frames }: ObjectMasks): SceneMasks {
  const first = frames.find((masks) => masks.size > 0)
  const [proposal] = first?.values() ?? []
  const size = proposal?.mask.size ?? usualSize
  return {
    size,
    decode: ({ mask }) => {
      if (mask.size[0] === size[0] && mask.size[1] === size[1]) return decodeAt(path, mask)
      const expected = `masks of one size (${size.join('×')}, height × width)`
      throw clipError('wrong-size', path, { expected, found: `one of ${mask.size.join('×')}` })
    },
  }
}

function decodeAt(path: string, mask: RunLengths): BinaryMask {
  try {
    return decodeRunLengths(mask)
  } catch (error) {
    throw isError(error) ? errorAt(path, error) : error
  }
}
