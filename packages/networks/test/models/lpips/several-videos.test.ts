import { frameArray, type FrameArray } from '@kinemetric/video'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasShared } from '../../../../../test/shared.ts'
import { type Lpips, type LpipsOptions } from '../../../src/models/lpips/open.ts'
import type { LpipsNet } from '../../../src/models/lpips/layers.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openFormulaLpips } from './formula-lpips.ts'

const [height, width] = [33, 40]

/** Frames by number: the same number is the same bytes. */
function sizedVideo(numbers: readonly number[], high: number, wide: number): FrameArray {
  const size = high * wide * 3
  const data = new Uint8Array(numbers.length * size)
  for (const [t, number] of numbers.entries())
    for (let i = 0; i < size; i++) data[t * size + i] = 127 + 90 * Math.sin((0.01 + 0.02 * number) * i + number)
  return frameArray(data, numbers.length, high, wide)
}

const video = (numbers: readonly number[]): FrameArray => sizedVideo(numbers, height, width)
const large = (numbers: readonly number[]): FrameArray => sizedVideo(numbers, 97, 131)

describe.skipIf(!hasShared('weights', 'lpips-v0.1-alex.pth'))('LPIPS of several videos and one reference', () => {
  let folder = ''
  const opened: Lpips[] = []
  beforeAll(async () => void (folder = await temporaryFolder()))
  afterAll(async () => void (await Promise.all(opened.map((lpips) => lpips.close()))))
  const open = async (net: LpipsNet, options?: LpipsOptions): Promise<Lpips> => {
    const lpips = await openFormulaLpips(folder, net, options)
    opened.push(lpips)
    return lpips
  }

  for (const net of ['alex', 'squeeze', 'vgg'] as const)
    test(`${net}: a value has the same bits alone, among others, beside repeats, in any batch, on any threads`, async () => {
      // Each pair in a run of its own.
      const alone = await open(net, { batch: 2, threads: 1 })
      const known = new Map<string, number>()
      const valueOf = async (a: number, b: number): Promise<number> => {
        const value = known.get(`${a}/${b}`) ?? (await alone.distance(video([a]), video([b])))[0]
        known.set(`${a}/${b}`, value)
        return value
      }
      const networks = await Promise.all(
        [{}, { batch: 3, threads: 1 }, { batch: 5, threads: 2 }, { batch: 16, threads: 3 }].map((how) =>
          open(net, how),
        ),
      )
      const videos = fc.integer({ min: 1, max: 8 }).chain((count) =>
        fc.record({
          reference: fc.array(fc.nat({ max: 4 }), { minLength: count, maxLength: count }),
          generated: fc.array(fc.array(fc.nat({ max: 4 }), { minLength: count, maxLength: count }), { maxLength: 3 }),
          network: fc.constantFrom(...networks),
        }),
      )
      await fc.assert(
        fc.asyncProperty(videos, async ({ reference, generated, network }) => {
          const values = await network.distances(generated.map(video), video(reference))
          const expected = generated.map((numbers) => numbers.map((number, t) => valueOf(number, reference[t])))
          for (const [at, list] of expected.entries()) expect([...values[at]]).toEqual(await Promise.all(list))
          expect(values.length).toBe(generated.length)
        }),
        { numRuns: net === 'vgg' ? 8 : 25 },
      )
    }, 60_000)

  test('the same where the last maps are of several tiles, which Winograd’s products are made of', async () => {
    const [reference, ...videos] = [[0, 1, 1, 2], [3, 3, 1, 4], [4, 2, 2, 0]].map((numbers) => large(numbers)) // prettier-ignore
    const [one, several, convolved] = await Promise.all(
      [{ batch: 2, threads: 1 }, { batch: 9, threads: 2 }, { winograd: false }].map((how) => open('alex', how)),
    )
    const values = await several.distances(videos, reference)
    const pairs = [[[3, 0], [3, 1], [1, 1], [4, 2]], [[4, 0], [2, 1], [2, 1], [0, 2]]] // prettier-ignore
    for (const [at, list] of pairs.entries())
      for (const [t, [a, b]] of list.entries())
        expect([values[at][t]]).toEqual([...(await one.distance(large([a]), large([b])))])
    const [first] = await convolved.distances(videos, reference)
    first.forEach((value, t) => expect(Math.abs(value - values[0][t])).toBeLessThan(1e-6))
  })

  test('what is left out of a run is what the graph gives: exactly 0 for equal frames', async () => {
    const lpips = await open('alex')
    const [a, b] = [video([1, 2, 3]), video([1, 5, 3])]
    const [values] = await lpips.distances([a], b)
    expect([values[0], values[2]]).toEqual([0, 0])
    expect(values[1]).toBeGreaterThan(0)
  })

  test('maps of still videos are those of each pair alone', async () => {
    const [one, several] = [
      await open('squeeze', { spatial: true, batch: 2 }),
      await open('squeeze', { spatial: true }),
    ]
    const map = await several.map(video([1, 1, 1, 2, 3]), video([2, 2, 3, 2, 1]))
    const area = height * width
    for (const [t, [a, b]] of [
      [1, 2],
      [1, 2],
      [1, 3],
      [2, 2],
      [3, 1],
    ].entries())
      // prettier-ignore
      expect(map.subarray(t * area, (t + 1) * area)).toEqual(await one.map(video([a]), video([b])))
    const [values] = await several.distances([video([1])], video([3]))
    expect(values).toEqual(await one.distance(video([1]), video([3])))
  })

  test('one video of another shape is refused, and none is no value', async () => {
    const lpips = await open('alex')
    await expect(lpips.distances([video([1, 2]), video([1])], video([1, 2]))).rejects.toMatchObject({
      code: 'shape-mismatch',
    })
    expect(await lpips.distances([], video([1]))).toEqual([])
  })
})
