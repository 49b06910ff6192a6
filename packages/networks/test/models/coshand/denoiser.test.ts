import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { float32Data, type HostTensor } from '../../../src/session/session.ts'
import { CoshandDenoiser, type DenoiserOptions } from '../../../src/models/coshand/denoiser.ts'
import { Kept } from '../../../src/session/kept.ts'
import { readLdmUnetConfig } from '../../../src/models/ldm/config.ts'
import { ldmUnetTensors } from '../../../src/models/ldm/weights.ts'
import { formulaNumbers } from '../../formula-weights.ts'
import { ddim, scalar } from './ddim-run.ts'
import { hasTinyCoshand, tinyArguments, tinyCoshand, tinyGolden, worstDifference } from './tiny.ts'

describe.skipIf(!hasTinyCoshand)('steps of DDIM against the original sampler (tiny weights)', () => {
  let golden: Awaited<ReturnType<typeof tinyGolden>>
  let denoiser: Opened
  beforeAll(async () => {
    golden = await tinyGolden()
    denoiser = await open()
  })
  afterAll(() => denoiser.close())
  const at = async (guidance: number, given: Record<string, HostTensor>): Promise<Float32Array> =>
    float32Data(await denoiser.step({ ...given, guidance: scalar(guidance) }))
  const conditions = async () => ({ c_concat: await golden('c_concat'), context: await golden('cc.context') })

  test.each([5, 50])('a run of %i', async (steps) => {
    const found = await ddim(denoiser, golden, steps, await conditions())
    expect(worstDifference(float32Data(found), (await golden(`ddim.${steps}.out`)).data)).toBeLessThan(1e-3)
  })

  test('one half of guidance after the other gives the same', async () => {
    const spare = await open({ guidance: 'apart' })
    const found = await ddim(spare, golden, 5, await conditions())
    await spare.close()
    expect(worstDifference(float32Data(found), (await golden('ddim.5.out')).data)).toBeLessThan(1e-3)
  })

  test.each(['together', 'apart'] as const)(
    'samples one by one are samples together, bit for bit on one thread, at any size (guidance %s)',
    async (guidance) => {
      const single = await open({ guidance, session: { threads: 1 } })
      for (const size of guidance === 'apart'
        ? [[8, 8] as const]
        : ([
            [8, 8],
            [16, 24],
          ] as const)) {
        const together = await single.step(drawn(3, size))
        for (const sample of [0, 1, 2]) {
          const alone = await single.step(only(drawn(3, size), sample))
          const share = float32Data(alone).length
          expect(float32Data(together).slice(sample * share, (sample + 1) * share)).toEqual(float32Data(alone))
        }
      }
      await single.close()
    },
  )

  test('guidance of 1 is the guided half alone: c_concat and context count; of 0 neither does', async () => {
    const feeds = drawn(1, [8, 8])
    const changed = (name: string): Record<string, HostTensor> => ({
      ...feeds,
      [name]: { ...feeds[name], data: float32Data(feeds[name]).map((value) => value + 1) },
    })
    for (const name of ['c_concat', 'context']) {
      expect(worstDifference(await at(1, changed(name)), await at(1, feeds))).toBeGreaterThan(1e-3)
      expect(await at(0, changed(name))).toEqual(await at(0, feeds))
    }
  })

  test('what does not fit is refused before anything is computed', async () => {
    const feeds = drawn(2, [8, 8])
    const refused = async (change: Record<string, HostTensor | undefined>): Promise<unknown> =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a caller without types may leave one out
      denoiser.step({ ...feeds, ...change } as Record<string, HostTensor>).catch((error: unknown) => error)
    const { latents, noise, context } = feeds
    expect(await refused({ latents: undefined })).toMatchObject({ code: 'shape-mismatch', found: '[]' })
    expect(await refused({ noise: undefined })).toMatchObject({ code: 'shape-mismatch', found: 'nothing' })
    expect(await refused({ noise: { ...noise, shape: [1, 8, 8, 8] } })).toMatchObject({ expected: '[2, 4, 8, 8]' })
    expect(await refused({ latents: { ...latents, shape: [2, 4, 4, 16] } })).toMatchObject({
      expected: '[samples, 4, height, width] in multiples of 8',
    })
    expect(await refused({ context: { ...context, shape: [1, 2, 24] } })).toMatchObject({ expected: '[2, 1, 24]' })
    expect(await refused({ t: { ...feeds.t, shape: [1] } })).toMatchObject({ where: 'coshand t', expected: '[]' })
  })
})

type Opened = Awaited<ReturnType<typeof open>>

async function open(options: DenoiserOptions = {}) {
  const config = readLdmUnetConfig(tinyArguments().unet, 'config')
  const kept = new Kept(false)
  const denoiser = new CoshandDenoiser(ldmUnetTensors(await tinyCoshand(), config, 'ema'), config, kept, options)
  return { step: denoiser.step.bind(denoiser), close: kept.close.bind(kept) }
}

/** Feeds of a step, of drawn numbers. */
function drawn(samples: number, [height, width]: readonly [number, number]): Record<string, HostTensor> {
  return {
    latents: numbers('latents', [samples, 4, height, width]),
    noise: numbers('noise', [samples, 4, height, width]),
    c_concat: numbers('c_concat', [samples, 12, height, width]),
    context: numbers('context', [samples, 24]),
    t: scalar(401),
    a: scalar(0.4),
    a_prev: scalar(0.7),
    s: scalar(0.4),
    guidance: scalar(1.5),
  }
}

function numbers(name: string, shape: readonly number[]): HostTensor {
  const count = shape.reduce((product, axis) => product * axis, 1)
  return { type: 'float32', data: Float32Array.from(formulaNumbers(name, count)), shape }
}

/** One sample of feeds. */
function only(feeds: Record<string, HostTensor>, sample: number): Record<string, HostTensor> {
  const entries = Object.entries(feeds).map(([name, tensor]) => {
    if (tensor.shape.length === 0) return [name, tensor]
    const share = float32Data(tensor).length / tensor.shape[0]
    const data = float32Data(tensor).slice(sample * share, (sample + 1) * share)
    return [name, { ...tensor, data, shape: [1, ...tensor.shape.slice(1)] }]
  })
  return Object.fromEntries(entries)
}
