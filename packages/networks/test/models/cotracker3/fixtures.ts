import { type FrameArray, frameArray } from '@kinemetric/video'

import type { TensorValues } from '../../../src/checkpoints/tensors/tensor-values.ts'
import { expectedTensors, timeEmbeddingLength } from '../../../src/models/cotracker3/tensors.ts'
import { formulaTensor } from '../../formula-weights.ts'

/** CoTracker3 with formula weights and its real time embedding. */
export function cotracker3Tensors(model: 'offline' | 'online'): Map<string, TensorValues> {
  const shapes = Object.entries(expectedTensors(timeEmbeddingLength[model]))
  return new Map(
    shapes.map(([name, shape]) => [name, name === 'time_emb' ? sineEmbedding(shape) : formulaTensor(name, shape)]),
  )
}

/** sin and cos of position × 10000^(−j/555), in float64 and then rounded, as the reference computes its buffer. */
function sineEmbedding(shape: readonly number[]): TensorValues {
  const [, length, width] = shape
  const half = width / 2
  const data = new Float32Array(length * width)
  for (let t = 0; t < length; t++) {
    for (let j = 0; j < half; j++) {
      const angle = t / 10000 ** (j / half)
      data[t * width + j] = Math.sin(angle)
      data[t * width + half + j] = Math.cos(angle)
    }
  }
  return { shape, data }
}

/** The goldens' clip, `[T, 64, 96, 3]`: theirs has 14 frames; more go on by the same formula. */
export function goldenClip(length: number): FrameArray {
  const [height, width] = [64, 96]
  const data = new Uint8Array(length * height * width * 3)
  for (let t = 0, at = 0; t < length; t++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) {
          const wave = Math.sin(0.11 * (x - 1.5 * t) + 0.07 * y + 0.9 * c) * Math.cos(0.05 * x - 0.09 * (y + 0.5 * t))
          data[at++] = Math.floor(127.5 + 100 * wave + 0.5)
        }
      }
    }
  }
  return frameArray(data, length, height, width)
}

/** The goldens' queries, pixels of that clip. */
export const goldenQueries = [
  { t: 0, x: 20, y: 15 },
  { t: 0, x: 47.5, y: 31.25 },
  { t: 0, x: 80, y: 50 },
  { t: 0, x: 5, y: 60 },
]
