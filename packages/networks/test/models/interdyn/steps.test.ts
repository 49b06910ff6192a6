import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { InterdynNetworks } from '../../../src/models/interdyn/step.ts'
import { InterdynSteps, type StepOptions } from '../../../src/models/interdyn/steps.ts'
import { Kept } from '../../../src/session/kept.ts'
import { float32Data, type HostTensor } from '../../../src/session/session.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../../session/software-vulkan.ts'
import { float } from './model.ts'
import { smallNetworks, someFeeds } from './small.ts'
import { furthest } from './tiny.ts'

type Feeds = Record<string, HostTensor>

let folder: string
let networks: InterdynNetworks
let kept: Kept
let steps: InterdynSteps
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinemetric-interdyn-'))
  networks = await smallNetworks(folder)
  kept = new Kept(false)
  steps = new InterdynSteps(networks, kept, options())
})
afterAll(async () => {
  await kept.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a step', { timeout: 60_000 }, () => {
  test.for([
    [2, 2, 4, 6],
    [3, 5, 6, 2],
  ])('of several samples at once is one of each alone: %s', async (sizes) => {
    const [samples, ...own] = sizes
    const feeds = someFeeds(sizes)
    const together = await data(steps.step(feeds))
    const alone: number[] = []
    for (let sample = 0; sample < samples; sample++) {
      const [latents, image_latents, context] = [feeds.latents, feeds.image_latents, feeds.context].map((tensor) => {
        const size = tensor.data.length / samples
        const part = float32Data(tensor).subarray(sample * size, (sample + 1) * size)
        return float(part, [1, ...tensor.shape.slice(1)])
      })
      alone.push(...(await data(steps.step({ ...feeds, latents, image_latents, context }))))
    }
    expect(own.length).toBe(3)
    // The same sums, some in another order.
    expect(furthest(together, alone)).toBeLessThan(2e-5)
  })

  test('with the halves of guidance one after the other is the same', async () => {
    const feeds = someFeeds([2, 2, 4, 6])
    const apart = new InterdynSteps(networks, kept, { ...options(), guidance: 'apart' })
    expect(furthest(await data(apart.step(feeds)), await data(steps.step(feeds)))).toBeLessThan(2e-5)
  })

  test('that is inspected is the same, and the update follows from v by the formula', async () => {
    const feeds = someFeeds([1, 3, 4, 2])
    const inside = await steps.inspect(feeds)
    const after = float32Data(inside.latents_next)
    expect(furthest(after, await data(steps.step(feeds)))).toBe(0)
    const [v, x, [sigma], [next]] = [inside.v, feeds.latents, feeds.sigma, feeds.sigma_next].map(float32Data)
    const frame = 4 * 4 * 2
    const expected = x.map((value, i) => {
      const g = 1 + Math.floor(i / frame)
      const guided = v[i] + g * (v[x.length + i] - v[i])
      const clean = value / (sigma ** 2 + 1) - (guided * sigma) / Math.sqrt(sigma ** 2 + 1)
      return value + ((value - clean) / sigma) * (next - sigma)
    })
    expect(furthest(after, expected)).toBeLessThan(1e-5)
    expect(Object.keys(inside).filter((name) => name.startsWith('residual/'))).toHaveLength(5)
  })

  test('the control: its scale multiplies every residual, its frames belong to the latents’ frames', async () => {
    const feeds = someFeeds([1, 2, 2, 4])
    const residuals = async (scale: number): Promise<Float32Array[]> => {
      const inside = await steps.inspect({ ...feeds, control_scale: float([scale], []) })
      return Array.from({ length: 5 }, (_, at) => float32Data(inside[`residual/${at}`]))
    }
    const [one, half, none] = [await residuals(1), await residuals(0.5), await residuals(0)]
    for (const [at, values] of one.entries()) {
      expect(Math.hypot(...values)).toBeGreaterThan(0.1)
      expect(
        furthest(
          half[at],
          values.map((value) => value / 2),
        ),
      ).toBeLessThan(1e-5)
      expect(Math.hypot(...none[at])).toBe(0)
    }
    const swapped = swapFrames(feeds.control)
    expect(
      furthest(await data(steps.step({ ...feeds, control: swapped })), await data(steps.step(feeds))),
    ).toBeGreaterThan(1e-3)
  })

  test('the half without condition has a zero context and no picture', async () => {
    const feeds = someFeeds([1, 2, 2, 4])
    const blind = { ...feeds, image_latents: zeros(feeds.image_latents), context: zeros(feeds.context) }
    const [seen, unseen] = [await steps.inspect(feeds), await steps.inspect(blind)]
    const [[without, given], [same, none]] = [halves(seen), halves(unseen)]
    expect(furthest(without, same)).toBe(0)
    expect(furthest(none, same)).toBeLessThan(1e-5)
    expect(furthest(without, given)).toBeGreaterThan(1e-2)
  })

  test('with weights that wait in their file is the same', async () => {
    const feeds = someFeeds([2, 2, 4, 6])
    const own = new Kept(false)
    const late = new InterdynSteps(networks, own, { ...options(), lateWeights: true })
    const [found, expected] = [await data(late.step(feeds)), await data(steps.step(feeds))]
    await own.close()
    expect(furthest(found, expected)).toBeLessThan(2e-5)
  })

  test('with convolutions of small maps as products is the same', async () => {
    const feeds = someFeeds([2, 2, 4, 6])
    const own = new Kept(false)
    const gathered = new InterdynSteps(networks, own, { ...options(), gatherSmallMaps: true })
    const [found, expected] = [await data(gathered.step(feeds)), await data(steps.step(feeds))]
    await own.close()
    expect(furthest(found, expected)).toBeLessThan(2e-5)
    // Other sums: it is not what was compared.
    expect(furthest(found, expected)).toBeGreaterThan(0)
  })

  test('in float16 is near that in float32, and not the same', async () => {
    const feeds = someFeeds([1, 2, 4, 4])
    const own = new Kept(false)
    const half = new InterdynSteps(networks, own, { ...options(), dtype: 'float16' })
    const apart = furthest(await data(half.step(feeds)), await data(steps.step(feeds)))
    await own.close()
    expect(apart).toBeGreaterThan(0)
    expect(apart).toBeLessThan(0.02)
  })

  test('depends on the heads that the config says', async () => {
    const other = await smallNetworks(folder, { num_attention_heads: [4, 4] })
    const feeds = someFeeds([1, 2, 4, 4])
    const own = new Kept(false)
    const found = await data(new InterdynSteps(other, own, options()).step(feeds))
    await own.close()
    expect(furthest(found, await data(steps.step(feeds)))).toBeGreaterThan(1e-4)
  })

  test('refuses tensors that do not fit one another, by name', async () => {
    const feeds = someFeeds([1, 2, 4, 4])
    const refused = (changed: Feeds, found: string) =>
      expect(steps.step({ ...feeds, ...changed })).rejects.toMatchObject({ code: 'shape-mismatch', found })
    await refused({ control: someFeeds([1, 3, 4, 4]).control }, 'uint8 [3, 3, 32, 32]')
    await refused(
      { control: float(Uint8Array.from(feeds.control.data, Number), feeds.control.shape) },
      'float32 [2, 3, 32, 32]',
    )
    await refused({ guidance: float([1, 2, 3], [3]) }, 'float32 [3]')
    await refused({ context: float(new Float32Array(48), [1, 2, 24]) }, 'float32 [1, 2, 24]')
    await refused({ time: float([1], []) }, 'float32 []')
    await refused(someFeeds([1, 2, 3, 4]), '24×32')
    const { sigma: _, ...without } = feeds
    await expect(steps.step(without)).rejects.toMatchObject({ code: 'shape-mismatch', found: 'none' })
  })
})

const full = process.env.KINEMETRIC_FULL === '1'
if (!full) console.warn('skipped: InterDyn on WebGPU takes minutes in software (KINEMETRIC_FULL=1 runs it)')

describe.skipIf(!full || !hasSoftwareVulkan())('a step on WebGPU (software Vulkan)', { timeout: 1_800_000 }, () => {
  test('is the CPU’s', async () => {
    useSoftwareVulkan()
    const feeds = someFeeds([1, 2, 2, 4])
    const own = new Kept(true)
    const gpu = new InterdynSteps(networks, own, {
      ...options(),
      fusedAttention: false,
      session: { provider: 'webgpu' },
    })
    expect(furthest(await data(gpu.step(feeds)), await data(steps.step(feeds)))).toBeLessThan(1e-4)
    await own.close()
  })
})

function options(): StepOptions {
  return { dtype: 'float32', fusedAttention: true, guidance: 'together', session: {} }
}

async function data(tensor: Promise<HostTensor>): Promise<Float32Array> {
  return float32Data(await tensor)
}

function zeros({ data: { length }, shape }: HostTensor): HostTensor {
  return float(new Float32Array(length), shape)
}

/** v without and with the condition. */
function halves(inside: Feeds): Float32Array[] {
  const v = float32Data(inside.v)
  return [v.subarray(0, v.length / 2), v.subarray(v.length / 2)]
}

function swapFrames(control: HostTensor): HostTensor {
  const half = control.data.length / 2
  const bytes = Uint8Array.from(control.data, Number)
  return { ...control, data: Uint8Array.of(...bytes.subarray(half), ...bytes.subarray(0, half)) }
}
