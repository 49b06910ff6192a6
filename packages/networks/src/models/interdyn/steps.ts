import { sinusoid } from '../../layers/sinusoid.ts'
import { float32Data, type HostTensor, openSession, type Session, type SessionOptions } from '../../session/session.ts'
import type { Kept } from '../../session/kept.ts'
import type { Grid } from '../svd/grid.ts'
import { checkFeeds } from './feeds.ts'
import { type Arithmetic, halfGraph, type InterdynNetworks, stepGraph, updateGraph } from './step.ts'

/** Tensors by name. */
type Tensors = Readonly<Record<string, HostTensor>>

export interface StepOptions extends Arithmetic {
  readonly guidance: 'together' | 'apart'
  readonly session: SessionOptions
}

/** Runs steps of the sampler. Graphs have fixed sizes: one is made for the first feeds, and another when others come. */
export class InterdynSteps {
  readonly #networks: InterdynNetworks
  readonly #kept: Kept
  readonly #options: StepOptions

  constructor(networks: InterdynNetworks, kept: Kept, options: StepOptions) {
    this.#networks = networks
    this.#kept = kept
    this.#options = options
  }

  /** Makes the session of steps of these sizes, which takes long, before the first of them. */
  async open(grid: Grid): Promise<void> {
    await this.#session(this.#options.guidance === 'apart' ? 'half' : 'step', grid)
  }

  /** The latents after a step. @throws KinemetricError `shape-mismatch` before anything is computed */
  async step(feeds: Tensors): Promise<HostTensor> {
    const grid = checkFeeds(feeds, this.#networks.config)
    const { conditions, update } = this.#split(feeds)
    if (this.#options.guidance === 'apart') return this.#apart(grid, conditions, update)
    const session = await this.#session('step', grid)
    const { latents_next } = await session.run({ ...conditions, ...update })
    return latents_next
  }

  /** A step with what lies inside it: `latents_next`, `residual/<i>`, `v` (see `stepGraph`). Both halves in one pass, whatever the options say. */
  async inspect(feeds: Tensors): Promise<Record<string, HostTensor>> {
    const grid = checkFeeds(feeds, this.#networks.config)
    const { conditions, update } = this.#split(feeds)
    const session = await this.#session('inspect', grid)
    return session.run({ ...conditions, ...update })
  }

  async #apart(grid: Grid, conditions: Tensors, { guidance, sigma_next }: Tensors): Promise<HostTensor> {
    const session = await this.#session('half', grid)
    const { image_latents, context } = conditions
    const without = { image_latents: zerosLike(image_latents), context: zerosLike(context) }
    const { v: unguided } = await session.run({ ...conditions, ...without })
    const { v: guided } = await session.run(conditions)
    // On the CPU: it is small, and beside the networks' session there may be no room on the device.
    const last = await openSession(updateGraph(this.#networks, grid), { threads: 1 })
    const { latents, sigma } = conditions
    const { latents_next } = await last.run({ latents, unguided, guided, guidance, sigma, sigma_next })
    await last.close()
    return latents_next
  }

  /** What the networks are told, the sinusoids of the numbers among it, and what the update is. */
  #split(feeds: Tensors): { conditions: Tensors; update: Tensors } {
    const { fps, motion_bucket, noise_aug, guidance, sigma_next, control_scale = one, ...conditions } = feeds
    const { levels, idSize } = this.#networks.config.unet
    const [sigma] = float32Data(feeds.sigma)
    const ids = [fps, motion_bucket, noise_aug].flatMap((id) => [...sinusoid(float32Data(id)[0], idSize)])
    const time = sinusoid(0.25 * Math.log(sigma), levels[0].width)
    return {
      conditions: { ...conditions, control_scale, time: row(time), ids: row(Float32Array.from(ids)) },
      update: { guidance, sigma_next },
    }
  }

  #session(kind: 'step' | 'inspect' | 'half', grid: Grid): Promise<Session> {
    return this.#kept.get('step', `${kind} ${JSON.stringify(grid)}`, () => {
      const how = { ...this.#options, inspect: kind === 'inspect' }
      const graph = kind === 'half' ? halfGraph(this.#networks, grid, how) : stepGraph(this.#networks, grid, how)
      return openSession(graph, this.#options.session)
    })
  }
}

const one: HostTensor = { type: 'float32', data: Float32Array.of(1), shape: [] }

function row(data: Float32Array): HostTensor {
  return { type: 'float32', data, shape: [1, data.length] }
}

function zerosLike({ data, shape }: HostTensor): HostTensor {
  return { type: 'float32', data: new Float32Array(data.length), shape }
}
