import { contiguous, type FrameArray, sliceFrames } from '@kinemetric/video'
import { readTensor } from '../../checkpoints/read-tensor.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { type HostTensor, openSession, type Session, type SessionOptions } from '../../session/session.ts'
import { correlationGraph, levelSize, supportGraph } from './correlation.ts'
import { encoderGraph } from './encoder.ts'
import { cotracker3 } from './model.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import { timeEmbedding } from './time-embedding.ts'
import { updateGraph } from './update.ts'

// CoTracker3 as four graphs and the loop between them. What lies between the graphs is small beside the work inside: per
// iteration 8 MB of correlations for 136 points in 14 frames. The encoder takes a frame at a time and the correlations are
// made for a few points at a time, because memory would otherwise grow with both; on the CPU neither costs time (measured:
// 0.39 to 0.46 s a pass for chunks of 2 to 136 points, without order).

/** Feature maps of a clip: per level `[T, h, w, 128]`. */
export interface Pyramid {
  levels: readonly Float32Array[]
  length: number
}

/** Tracks of N points in T frames, in features of level 0; visibility and confidence as logits. */
export interface TrackState {
  /** `[N, T, 2]` */
  coordinates: Float32Array
  /** `[N, T]` */
  visibility: Float32Array
  /** `[N, T]` */
  confidence: Float32Array
}

export interface NetworkOptions extends SessionOptions {
  /** Frames that the encoder takes at a time. Default 1. */
  frameBatch?: number | undefined
  /** Points × frames whose correlations are made at a time. Default 256; 2048 on a GPU, where every call costs a round trip. */
  correlationRows?: number | undefined
}

/** The weights of CoTracker3, ready to run: features, templates and refinements, without any policy of a predictor. */
export class Cotracker3Network {
  readonly #encoder: Session
  readonly #support: Session
  readonly #correlation: Session
  readonly #update: Session
  readonly #time: Float32Array
  readonly #frameBatch: number
  readonly #rows: number

  private constructor(sessions: readonly Session[], time: Float32Array, options: NetworkOptions) {
    ;[this.#encoder, this.#support, this.#correlation, this.#update] = sessions
    this.#time = time
    this.#frameBatch = options.frameBatch ?? 1
    this.#rows = options.correlationRows ?? ((options.provider ?? 'cpu') === 'cpu' ? 256 : 2048)
  }

  /** @param checkpoint one that `checkCotracker3` has accepted */
  static async open(checkpoint: Checkpoint, options: NetworkOptions): Promise<Cotracker3Network> {
    const graphs = [encoderGraph(checkpoint), supportGraph(), correlationGraph(checkpoint), updateGraph(checkpoint)]
    const sessions: Session[] = []
    for (const graph of graphs) sessions.push(await openSession(graph, options))
    return new Cotracker3Network(sessions, await readTensor(findTensor(checkpoint, 'time_emb')), options)
  }

  /** The feature pyramid of frames `[T, H, W, 3]` of any size. */
  async features(frames: FrameArray): Promise<Pyramid> {
    const [length, height, width] = frames.shape
    const sizes = Array.from({ length: cotracker3.levels }, (_, level) => {
      const [h, w] = levelSize(level)
      return h * w * cotracker3.channels
    })
    const levels = sizes.map((size) => new Float32Array(length * size))
    for (let start = 0; start < length; start += this.#frameBatch) {
      const count = Math.min(this.#frameBatch, length - start)
      const bytes = contiguous(sliceFrames(frames, start, 1, count))
      const data = bytes.data.subarray(bytes.offset, bytes.offset + count * height * width * 3)
      const maps = await this.#encoder.run({ frames: { type: 'uint8', data, shape: [count, height, width, 3] } })
      for (const [level, target] of levels.entries()) {
        target.set(floats(maps[`level${level}`]), start * sizes[level])
      }
    }
    return { levels, length }
  }

  /**
   * What the surroundings of each query look like, per level `[N, 128, 49]`.
   * @param frames `[N]` the query's frame within the pyramid
   * @param points `[N, 2]` in features of level 0
   */
  async support(pyramid: Pyramid, frames: readonly number[], points: Float32Array): Promise<Float32Array[]> {
    const outputs = await this.#support.run({
      ...levelFeeds(pyramid),
      frames: { type: 'int32', data: Int32Array.from(frames), shape: [frames.length] },
      points: { type: 'float32', data: points, shape: [frames.length, 2] },
    })
    return Array.from({ length: cotracker3.levels }, (_, level) => floats(outputs[`support${level}`]))
  }

  /** Refines the tracks `iterations` times. */
  async refine(
    pyramid: Pyramid,
    support: readonly Float32Array[],
    state: TrackState,
    iterations: number,
  ): Promise<TrackState> {
    const { length } = pyramid
    const count = state.visibility.length / length
    const time = timeEmbedding(this.#time, cotracker3.token, length)
    const levels = levelFeeds(pyramid)
    const shape = [count, length]
    for (let iteration = 0; iteration < iterations; iteration++) {
      const correlations = await this.#correlations(levels, support, state.coordinates, shape)
      const next = await this.#update.run({
        correlations: { type: 'float32', data: correlations, shape: [...shape, EMBEDDING] },
        coordinates: { type: 'float32', data: state.coordinates, shape: [...shape, 2] },
        visibility: { type: 'float32', data: state.visibility, shape },
        confidence: { type: 'float32', data: state.confidence, shape },
        time: { type: 'float32', data: time, shape: [length, cotracker3.token] },
      })
      state = {
        coordinates: floats(next.coordinatesNext),
        visibility: floats(next.visibilityNext),
        confidence: floats(next.confidenceNext),
      }
    }
    return state
  }

  async #correlations(
    levels: Record<string, HostTensor>,
    support: readonly Float32Array[],
    coordinates: Float32Array,
    [count, length]: readonly number[],
  ): Promise<Float32Array> {
    const result = new Float32Array(count * length * EMBEDDING)
    const chunk = Math.max(1, Math.floor(this.#rows / length))
    const size = cotracker3.channels * cotracker3.support
    for (let start = 0; start < count; start += chunk) {
      const end = Math.min(start + chunk, count)
      const feeds: Record<string, HostTensor> = {
        ...levels,
        coordinates: {
          type: 'float32',
          data: coordinates.subarray(start * length * 2, end * length * 2),
          shape: [end - start, length, 2],
        },
      }
      for (const [level, vectors] of support.entries()) {
        const data = vectors.subarray(start * size, end * size)
        feeds[`support${level}`] = {
          type: 'float32',
          data,
          shape: [end - start, cotracker3.channels, cotracker3.support],
        }
      }
      const { correlations } = await this.#correlation.run(feeds)
      result.set(floats(correlations), start * length * EMBEDDING)
    }
    return result
  }

  async close(): Promise<void> {
    for (const session of [this.#encoder, this.#support, this.#correlation, this.#update]) await session.close()
  }
}

/** Length of a correlation embedding: 256 a level. */
const EMBEDDING = 1024

function levelFeeds({ levels, length }: Pyramid): Record<string, HostTensor> {
  return Object.fromEntries(
    levels.map((data, level) => [
      `level${level}`,
      { type: 'float32', data, shape: [length, ...levelSize(level), cotracker3.channels] },
    ]),
  )
}

function floats(tensor: HostTensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data
  throw new TypeError(`expected float32 from onnxruntime; found ${tensor.type}`)
}
