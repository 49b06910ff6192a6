import { createHash } from 'node:crypto'
import { normalNumbers, type StreamKey } from './normal-numbers.ts'

/** The noise of one sample, stream by stream. The same stream has the same numbers whenever and in whatever order it is asked for. */
export interface Noise {
  readonly algorithm: string
  /** sha256 of the file that it was given in. */
  readonly file?: string | undefined
  /** Numbers of N(0, 1). @throws KinemetricError of kind `unfit` where noise was given and this stream is not among it in this shape */
  draw(stream: string, shape: readonly number[]): Promise<Float32Array>
}

/** What tells the noise of one sample from that of every other. */
export interface NoiseIdentity {
  readonly seed: number
  readonly method: string
  readonly clip: string
  readonly sample: number
}

export const noiseAlgorithm = 'philox4x32-10/box-muller@1'

/** Our own noise of a sample (docs/noise.md): it depends on its identity, the stream's name and the place in the stream, and on nothing else. */
export function ownNoise(identity: NoiseIdentity): Noise {
  const key = sampleKey(identity)
  return {
    algorithm: noiseAlgorithm,
    draw: async (stream, shape) =>
      normalNumbers(
        streamKey(key, stream),
        shape.reduce((a, b) => a * b, 1),
      ),
  }
}

/** SHA-256 of `<seed>|<method>|<clip>|<sample>` in UTF-8: 32 bytes. Only the clip's name can hold a bar, so that no two samples share a text. */
export function sampleKey({ seed, method, clip, sample }: NoiseIdentity): Buffer {
  return createHash('sha256').update(`${seed}|${method}|${clip}|${sample}`).digest()
}

/** The first four little-endian words of SHA-256 of the sample's key and the stream's name in UTF-8. */
export function streamKey(sample: Uint8Array, stream: string): StreamKey {
  const digest = createHash('sha256').update(sample).update(stream).digest()
  return [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)]
}
