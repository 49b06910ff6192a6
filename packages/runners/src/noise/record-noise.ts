import { createHash } from 'node:crypto'
import type { Noise } from './noise.ts'

/** Noise that remembers what was drawn of it. */
export interface RecordedNoise extends Noise {
  /** sha256 over all streams drawn so far, in the order of their names: name, a zero byte, the sha256 of the float32 little-endian numbers. */
  digest(): string
}

/** @param noise whose draws are to be written down in item.json */
export function recordNoise(noise: Noise): RecordedNoise {
  const drawn = new Map<string, Buffer>()
  return {
    algorithm: noise.algorithm,
    file: noise.file,
    draw: async (stream, shape) => {
      const numbers = await noise.draw(stream, shape)
      if (!drawn.has(stream)) drawn.set(stream, createHash('sha256').update(numbers).digest())
      return numbers
    },
    digest: () => {
      const all = createHash('sha256')
      for (const stream of [...drawn.keys()].sort()) all.update(`${stream}\0`).update(drawn.get(stream)!)
      return all.digest('hex')
    },
  }
}
