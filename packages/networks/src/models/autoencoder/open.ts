import { GraphBuilder, type GraphModel } from '../../onnx/graph-builder.ts'
import { type Dtype, type Layers } from '../../layers/layers.ts'
import { Kept } from '../../session/kept.ts'
import { areFinite } from '../../session/are-finite.ts'
import { float32Data, type HostTensor, openSession, type Session, type SessionOptions } from '../../session/session.ts'
import type { DecodedFrames } from '../../roles/latent-model.ts'
import { networkError } from '../../tracklets/network-error.ts'
import type { Autoencoder } from './autoencoder.ts'
import { autoencoderDecoder, type VideoSize } from './decoder.ts'
import { autoencoderEncoder } from './encoder.ts'

export interface AutoencoderOptions extends SessionOptions {
  /** Default: not on WebGPU. */
  readonly fusedAttention?: boolean | undefined
}

export interface DecoderOptions extends AutoencoderOptions {
  /** Default `float32`. */
  readonly dtype?: Dtype | undefined
  /** See `VideoSize`; of a video alone. Default 2²⁴: 64 MiB. */
  readonly numbersAtOnce?: number | undefined
}

/** Pictures to latents. */
export interface PictureEncoder {
  /** Pictures, float32 `[N, 3, H, W]` in [−1, 1], one after the other, to the means of their latents `[N, latents, H/f, W/f]`, not scaled. @throws KinemetricError `shape-mismatch` */
  run(pictures: HostTensor): Promise<HostTensor>
  close(): Promise<void>
}

/** Latents to frames. */
export interface LatentDecoder {
  /**
   * Latents, float32 `[N, latents, h, w]`, already divided by the scaling factor. For a temporal decoder N is the
   * frames of one video; else each picture is decoded by itself.
   * @throws KinemetricError `shape-mismatch`; `not-finite` where float32 overflows too, or the latents did
   */
  run(latents: HostTensor): Promise<DecodedFrames>
  close(): Promise<void>
}

/** Opens the encoder. It computes in float32 always: its activations overflow float16. @throws KinemetricError `not-available`, `weights-refused`, `graph-refused` */
export async function openEncoder(autoencoder: Autoencoder, options: AutoencoderOptions = {}): Promise<PictureEncoder> {
  const session = await openSession(encoderGraph(autoencoder, options), options)
  const factor = sizeFactor(autoencoder)
  return {
    async run(pictures) {
      requireShape('autoencoder', pictures, 3, factor)
      return oneByOne(pictures, async (picture) => (await session.run({ pictures: picture })).latents)
    },
    close: () => session.close(),
  }
}

/**
 * Opens the decoder. In float16 the frames are checked: where one number is not finite, the same latents are decoded in float32, whose session
 * is opened then, and a note says so. A video's session has its size and is made when the first latents of that size come.
 * @throws KinemetricError `not-available`, `weights-refused`, `graph-refused`, here or when latents come
 */
export async function openDecoder(autoencoder: Autoencoder, options: DecoderOptions = {}): Promise<LatentDecoder> {
  const { dtype = 'float32' } = options
  const video = autoencoder.config.decoder === 'temporal'
  const kept = new Kept(false)
  const session = (arithmetic: Dtype, size?: VideoSize): Promise<Session> =>
    kept.get(arithmetic, JSON.stringify(size ?? null), () => {
      const graph = decoderGraph(autoencoder, { ...options, dtype: arithmetic }, size)
      return openSession(graph, { ...options, keepMemory: false })
    })
  const decode = async (arithmetic: Dtype, latents: HostTensor): Promise<HostTensor> => {
    if (!video)
      return oneByOne(latents, async (one) => (await (await session(arithmetic)).run({ latents: one })).frames)
    const { frames } = await (await session(arithmetic, sizeOf(latents, options))).run({ latents })
    return frames
  }
  // A video's graph has its size: it is made when that is known.
  if (!video) await session(dtype)
  return {
    async run(latents) {
      requireShape('autoencoder', latents, autoencoder.config.latents, 1)
      const frames = await decode(dtype, latents)
      if (areFinite(float32Data(frames))) return frames
      const again = dtype === 'float32' ? frames : await decode('float32', latents)
      if (areFinite(float32Data(again)))
        return { ...again, notes: ['decoded in float32: numbers overflowed in float16'] }
      throw networkError('not-finite', 'autoencoder', 'decoded frames have numbers that are not finite, in float32 too')
    },
    close: () => kept.close(),
  }
}

function sizeOf({ shape }: HostTensor, { numbersAtOnce = 2 ** 24 }: DecoderOptions): VideoSize {
  const [frames, , height, width] = shape
  return { frames, height, width, numbersAtOnce }
}

/** The graph of `openEncoder`: `pictures` to `latents`. */
export function encoderGraph({ config, tensor }: Autoencoder, options: AutoencoderOptions = {}): GraphModel {
  const graph = new GraphBuilder('autoencoder-encoder')
  const layers: Layers = { graph, tensor, dtype: 'float32', ...arithmeticOf(options) }
  const pictures = graph.input('pictures', 'float32', ['count', 3, 'height', 'width'])
  const latents = autoencoderEncoder(layers, config, pictures)
  graph.output(latents, 'latents', 'float32', ['count', config.latents, 'latent_height', 'latent_width'])
  return graph.build()
}

/** The graph of `openDecoder`: `latents` to `frames`; of a video of one size, where it is given. */
export function decoderGraph(
  { config, tensor }: Autoencoder,
  options: DecoderOptions = {},
  size?: VideoSize,
): GraphModel {
  const graph = new GraphBuilder('autoencoder-decoder')
  const layers: Layers = {
    graph,
    tensor,
    dtype: options.dtype ?? 'float32',
    ...arithmeticOf(options),
    skipDoubledMaps: options.provider !== 'webgpu',
  }
  const [count, height, width] =
    size === undefined ? ['count', 'latent_height', 'latent_width'] : [size.frames, size.height, size.width]
  const latents = graph.input('latents', 'float32', [count, config.latents, height, width])
  graph.output(autoencoderDecoder(layers, config, latents, size), 'frames', 'float32', ['count', 3, 'height', 'width'])
  return graph.build()
}

function arithmeticOf({ fusedAttention, provider }: AutoencoderOptions) {
  return { fusedAttention: fusedAttention ?? provider !== 'webgpu', spelledNorms: provider === 'webgpu' }
}

function sizeFactor({ config }: Autoencoder): number {
  return 2 ** (config.widths.length - 1)
}

function requireShape(where: string, { type, shape }: HostTensor, channels: number, factor: number): void {
  const [count, found, height, width] = shape
  const fits = shape.length === 4 && count > 0 && found === channels && height > 0 && width > 0
  if (type === 'float32' && fits && height % factor === 0 && width % factor === 0) return
  throw networkError('shape-mismatch', where, {
    expected: `float32 [count, ${channels}, height, width]${factor === 1 ? '' : `, height and width multiples of ${factor}`}`,
    found: `${type} [${shape.join(', ')}]`,
  })
}

/** The results of the parts of a tensor along its first axis, behind one another. */
async function oneByOne(tensor: HostTensor, run: (one: HostTensor) => Promise<HostTensor>): Promise<HostTensor> {
  const [count, ...others] = tensor.shape
  const data = float32Data(tensor)
  const size = data.length / count
  let all: Float32Array | undefined
  let shape: readonly number[] = []
  for (let i = 0; i < count; i++) {
    const result = await run({ type: 'float32', data: data.subarray(i * size, (i + 1) * size), shape: [1, ...others] })
    const values = float32Data(result)
    all ??= new Float32Array(count * values.length)
    all.set(values, i * values.length)
    shape = [count, ...result.shape.slice(1)]
  }
  return { type: 'float32', data: all ?? new Float32Array(), shape }
}
