import type { KinemetricError } from '@kinemetric/files'

import type { Dtype } from '../../layers/layers.ts'
import { sinusoid } from '../../layers/sinusoid.ts'
import { float32Data, type HostTensor, openSession, type Session, type SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { latentMultiple, type LdmUnetConfig } from '../ldm/config.ts'
import type { MapSize } from '../ldm/layers.ts'
import type { LdmUnetTensors } from '../ldm/weights.ts'
import { ddimFactors } from './ddim.ts'
import { coshandStep } from './graph.ts'

export interface DenoiserOptions extends SessionOptions {
  /** Number type of the UNet's arithmetic. Default float32, as CosHand's scripts have it. */
  readonly dtype?: Dtype | undefined
  /** One half of guidance after the other, for less memory. Default false. */
  readonly lowMemory?: boolean | undefined
}

/** The UNet with guidance and the sampler's update. */
export interface Denoiser {
  /**
   * One step of DDIM. `latents` and `noise` [N, 4, h, w], `c_concat` [N, C, h, w], `context` [N, W] or [N, 1, W], and numbers without axes: `t`, the step's number in
   * training; `a`, `a_prev` and `s` as `DdimStep` has them; `guidance`. Returns the next latents. On `cpu` with one thread a sample's result does not depend on the
   * others.
   * @throws KinemetricError `shape-mismatch`; `closed`
   */
  step(feeds: Readonly<Record<string, HostTensor>>): Promise<HostTensor>
  close(): Promise<void>
}

/** Opens nothing yet: the session of a size is made when the first step of that size is asked for, and the one before closed. */
export function coshandDenoiser(unet: LdmUnetTensors, config: LdmUnetConfig, options: DenoiserOptions): Denoiser {
  const { dtype = 'float32', lowMemory = false } = options
  const how = {
    tensor: unet.tensor,
    dtype,
    // Version 1.30's fused attention is wrong on WebGPU for 64 queries of 64 keys.
    fusedAttention: options.provider !== 'webgpu',
    halves: lowMemory ? ('apart' as const) : ('together' as const),
  }
  let open = true
  let held: { readonly size: MapSize; readonly session: Session } | undefined
  const sessionOf = async (size: MapSize): Promise<Session> => {
    if (held?.size.height === size.height && held.size.width === size.width) return held.session
    await held?.session.close()
    held = undefined
    const session = await openSession(coshandStep(config, how, size), options)
    held = { size, session }
    return session
  }

  return {
    async step(feeds) {
      if (!open) throw networkError('closed', 'coshand', 'the network is closed')
      const [samples, size] = requireFeeds(feeds, config)
      const factors = ddimFactors({ a: number(feeds, 'a'), aPrev: number(feeds, 'a_prev'), s: number(feeds, 's') })
      const session = await sessionOf(size)
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
    },
    async close() {
      open = false
      await held?.session.close()
      held = undefined
    },
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
