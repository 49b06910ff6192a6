import { join } from 'node:path'
import { hashFile, systemReason } from '@kinemetric/files'
import { openCheckpoint, readTensor } from '@kinemetric/networks'
import { runnerError } from '../generator/runner-error.ts'
import type { Noise } from './noise.ts'

/** What noise is called in item.json that was given. */
export const givenAlgorithm = 'given'

/** Where the noise of a sample lies in a folder of noise. */
export function givenNoisePath(folder: string, clip: string, sample: number): string {
  return join(folder, clip, `${sample}.safetensors`)
}

/**
 * The noise of a sample from `<folder>/<clip>/<sample>.safetensors`: a tensor a stream, of the stream's name.
 * @throws KinemetricError `wrong-noise` where there is no such file, or it is none; so does `draw` of a stream that is not in it, or in another shape
 */
export async function givenNoise(folder: string, clip: string, sample: number): Promise<Noise> {
  const path = givenNoisePath(folder, clip, sample)
  const { tensors } = await openCheckpoint(path).catch((cause: unknown) => {
    const found = systemReason(cause)
    throw runnerError('wrong-noise', path, { expected: `the noise of ${clip}, sample ${sample}`, found }, { cause })
  })
  return {
    algorithm: givenAlgorithm,
    file: await hashFile(path),
    draw: async (stream, shape) => {
      const tensor = tensors.get(stream)
      if (tensor === undefined) {
        const there = [...tensors.keys()].join(', ')
        throw runnerError('wrong-noise', path, { expected: `a tensor ${stream}`, found: there })
      }
      if (tensor.shape.join() !== shape.join())
        throw runnerError('wrong-noise', path, {
          expected: `${stream} of shape [${shape.join(', ')}]`,
          found: `[${tensor.shape.join(', ')}]`,
        })
      const numbers = await readTensor(tensor)
      if (numbers.every(Number.isFinite)) return numbers
      throw runnerError('wrong-noise', path, { expected: `finite numbers in ${stream}`, found: 'others among them' })
    },
  }
}
