import ndarray from 'ndarray'
import { contiguous, sliceFrames, type Frames } from '@kinemetric/video'
import type { GeneratorInput } from '../generator/generator.ts'

/** The still image: frame 0 of the reference for the whole clip. The floor that every table should show. */
export async function generateStatic({ reference, frameCount }: GeneratorInput): Promise<Frames> {
  const { pixels, fps } = await reference()
  const first = contiguous(sliceFrames(pixels, 0, 1, 1))
  const [, height, width, channels] = first.shape as [number, number, number, number]
  const data = new Uint8Array(frameCount * first.data.length)
  for (let t = 0; t < frameCount; t++) data.set(first.data, t * first.data.length)
  return { pixels: ndarray(data, [frameCount, height, width, channels]), fps }
}
