import type { MapSize } from '../../layers/gathered-convolution.ts'
import type { KinemetricError } from '@kinemetric/files'

import type { Dtype } from '../../layers/layers.ts'
import { sinusoid } from '../../layers/sinusoid.ts'
import type { Kept } from '../../session/kept.ts'
import { float32Data, type HostTensor, openSession, type SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { latentMultiple, type LdmUnetConfig } from '../ldm/config.ts'
import type { LdmUnetTensors } from '../ldm/weights.ts'
import { ddimFactors } from './ddim.ts'
import { coshandStep, type StepGraphOptions } from './graph.ts'

export interface DenoiserOptions {
  /** Number type of the UNet's arithmetic. Default float32, as CosHand's scripts have it. */
  readonly dtype?: Dtype | undefined
  /** The halves of guidance in one pass, or one after the other with half the memory for what lies between layers. Default together. */
  readonly guidance?: 'together' | 'apart' | undefined
  readonly session?: SessionOptions | undefined
}

/** Runs steps of the sampler: the UNet with guidance and DDIM's update. Graphs have a fixed size: one is opened for the first feeds, and another when others come. */
export class CoshandDenoiser {
  readonly #config: LdmUnetConfig
  readonly #kept: Kept
  readonly #session: SessionOptions
  readonly #how: StepGraphOptions

  constructor(
    { tensor }: Pick<LdmUnetTensors, 'tensor'>,
    config: LdmUnetConfig,
    kept: Kept,
    { dtype = 'float32', guidance = 'together', session = {} }: DenoiserOptions = {},
  ) {
    this.#config = config
    this.#kept = kept
    this.#session = session
    const { provider = 'cpu' } = session
    this.#how = {
      tensor,
      dtype,
      // Version 1.30's fused attention is wrong on WebGPU for 64 queries of 64 keys.
      fusedAttention: provider !== 'webgpu',
      spelledNorms: provider === 'webgpu',
      gatherSmallMaps: provider === 'cpu',
      skipDoubledMaps: provider !== 'webgpu',
      halves: guidance,
    }
  }

  /**
   * One step of DDIM. `latents` and `noise` [N, 4, h, w], `c_concat` [N, C, h, w], `context` [N, W] or [N, 1, W], and numbers without axes: `t`, the step's number in
   * training; `a`, `a_prev` and `s` as `DdimStep` has them; `guidance`. On `cpu` with one thread a sample's result does not depend on the others.
   * @returns the next latents
   * @throws KinemetricError `shape-mismatch` before anything is computed
   */
  async step(feeds: Readonly<Record<string, HostTensor>>): Promise<HostTensor> {
    const config = this.#config
    const [samples, size] = requireFeeds(feeds, config)
    const factors = ddimFactors({ a: number(feeds, 'a'), aPrev: number(feeds, 'a_prev'), s: number(feeds, 's') })
    const session = await this.#kept.get('step', `${size.height}×${size.width}`, () =>
      openSession(coshandStep(config, this.#how, size), this.#session),
    )
    const time = sinusoid(number(feeds, 't'), config.modelChannels)
    const { next } = await session.run({
      latents: feeds.latents,
      c_concat: feeds.c_concat,
      noise: feeds.noise,
      context: { ...feeds.context, shape: [samples, config.contextWidth] },
      time: { type: 'float32', data: time, shape: [1, config.modelChannels] },
      guidance: feeds.guidance,
      of_latents: scalar(factors.latents),
      of_prediction: scalar(factors.prediction),
      of_noise: scalar(factors.noise),
    })
    return next
  }
}

/** Samples and size of the latents. @throws KinemetricError `shape-mismatch` */
function requireFeeds(feeds: Readonly<Record<string, HostTensor>>, config: LdmUnetConfig): [number, MapSize] {
  const multiple = latentMultiple(config)
  const latents = feeds.latents?.shape ?? []
  const [samples = 0, , height = 0, width = 0] = latents
  const square = (length: number): boolean => length > 0 && length % multiple === 0
  if (samples < 1 || !square(height) || !square(width))
    throw mismatch('latents', `[samples, ${config.outChannels}, height, width] in multiples of ${multiple}`, latents)
  const maps = (channels: number): number[] => [samples, channels, height, width]
  const expected: Readonly<Record<string, readonly number[]>> = {
    latents: maps(config.outChannels),
    noise: maps(config.outChannels),
    c_concat: maps(config.inChannels - config.outChannels),
    context: feeds.context?.shape.length === 3 ? [samples, 1, config.contextWidth] : [samples, config.contextWidth],
    t: [],
    a: [],
    a_prev: [],
    s: [],
    guidance: [],
  }
  for (const [name, shape] of Object.entries(expected)) {
    const found = feeds[name]?.shape
    if (found?.length !== shape.length || found.some((size, axis) => size !== shape[axis]))
      throw mismatch(name, `[${shape.join(', ')}]`, found)
  }
  return [samples, { height, width }]
}

function mismatch(name: string, expected: string, found: readonly number[] | undefined): KinemetricError {
  return networkError('shape-mismatch', `coshand ${name}`, {
    expected,
    found: found === undefined ? 'nothing' : `[${found.join(', ')}]`,
  })
}

function number(feeds: Readonly<Record<string, HostTensor>>, name: string): number {
  return float32Data(feeds[name])[0]
}

function scalar(value: number): HostTensor {
  return { type: 'float32', data: Float32Array.of(value), shape: [] }
}
