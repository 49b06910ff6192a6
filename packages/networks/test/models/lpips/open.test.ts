import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { frameArray, readImage, sliceFrames, type FrameArray } from '@kinemetric/video'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { openCheckpoint } from '../../../src/index.ts'
import { openLpips, type LpipsOptions } from '../../../src/models/lpips/open.ts'
import type { LpipsNet } from '../../../src/models/lpips/layers.ts'
import { lpipsBackboneOperations } from '../../../src/models/lpips/layers.ts'
import { goldenA, goldenB } from '../../golden-frames.ts'
import { worstError } from '../../worst-error.ts'
import { openFormulaLpips as openFormulaIn } from './formula-lpips.ts'

let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'kinemetric-lpips-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const heads = (net: LpipsNet) => openCheckpoint(sharedPath('weights', `lpips-v0.1-${net}.pth`))

const openFormulaLpips = (net: LpipsNet, options?: LpipsOptions) => openFormulaIn(folder, net, options)

async function openRealLpips(net: 'alex' | 'squeeze', options?: LpipsOptions) {
  const file = { alex: 'alexnet-features.pth', squeeze: 'squeezenet1_1-features.pth' }[net]
  return openLpips(
    net,
    { backbone: await openCheckpoint(sharedPath('weights', file)), heads: await heads(net) },
    options,
  )
}

async function withLpips<T extends { close(): Promise<void> }, R>(
  opening: Promise<T>,
  use: (lpips: T) => Promise<R>,
): Promise<R> {
  const lpips = await opening
  try {
    return await use(lpips)
  } finally {
    await lpips.close()
  }
}

// From the original code (torch 1.13): official heads, backbone weights by formula, A against B.
const formulaGoldens = {
  alex: [0.0045048, 0.0042551, 0.0038546],
  vgg: [0.0054384, 0.0052626, 0.0047842],
  squeeze: [0.005069, 0.0050998, 0.0044693],
} as const

describe.skipIf(!hasShared('weights', 'lpips-v0.1-alex.pth'))('LPIPS with formula weights', () => {
  for (const net of ['alex', 'vgg', 'squeeze'] as const) {
    test(`${net} is within 1e-5 relative of the original's values`, async () => {
      const values = await withLpips(openFormulaLpips(net), (lpips) => lpips.distance(goldenA, goldenB))
      expect(worstError(values, formulaGoldens[net], 5e-8)).toBeLessThan(1e-5)
    })
  }

  test('the spatial mean is the mean of the map, and a slightly different number', async () => {
    await withLpips(openFormulaLpips('alex', { spatial: true }), async (lpips) => {
      const values = await lpips.distance(goldenA, goldenB)
      expect(values.reduce((a, b) => a + b) / 3).toBeCloseTo(0.004205, 7)
      const map = await lpips.map(goldenA, goldenB)
      expect(map.length).toBe(3 * 64 * 96)
      for (let t = 0; t < 3; t++) {
        const frame = map.subarray(t * 64 * 96, (t + 1) * 64 * 96)
        expect(worstError([frame.reduce((a, b) => a + b) / frame.length], [values[t]])).toBeLessThan(1e-5)
      }
    })
  })

  test("torchmetrics' epsilon changes the value by less than 1e-6 here, but changes it", async () => {
    const [original, copy] = await Promise.all(
      (['lpips', 'torchmetrics'] as const).map((epsilon) =>
        withLpips(openFormulaLpips('squeeze', { epsilon }), (lpips) => lpips.distance(goldenA, goldenB)),
      ),
    )
    copy.forEach((value, t) => expect(Math.abs(value - original[t])).toBeLessThan(1e-6))
  })

  test('identical frames are at distance 0, and the order of arguments does not matter', async () => {
    await withLpips(openFormulaLpips('alex'), async (lpips) => {
      expect([...(await lpips.distance(goldenA, goldenA))]).toEqual([0, 0, 0])
      expect(await lpips.distance(goldenB, goldenA)).toEqual(await lpips.distance(goldenA, goldenB))
    })
  })

  test('the batch size changes no bit, and views are taken as they are', async () => {
    await withLpips(openFormulaLpips('alex'), async (whole) => {
      await withLpips(openFormulaLpips('alex', { batch: 2 }), async (two) => {
        const values = await whole.distance(goldenA, goldenB)
        expect(await two.distance(goldenA, goldenB)).toEqual(values)
        const last = await whole.distance(sliceFrames(goldenA, 2, 1, 1), sliceFrames(goldenB, 2, 1, 1))
        expect(last).toEqual(values.slice(2))
      })
    })
  })

  test('frames of different sizes, of another layout or too small are refused by name', async () => {
    await withLpips(openFormulaLpips('alex'), async (lpips) => {
      await expect(lpips.distance(goldenA, small(64))).rejects.toThrow('found [3, 64, 96, 3] and [1, 64, 64, 3]')
      await expect(lpips.distance(small(30), small(30))).rejects.toThrow('at least 31×31, found 30×30')
      expect([...(await lpips.distance(small(31), small(31)))]).toEqual([0])
      await expect(lpips.map(goldenA, goldenB)).rejects.toThrow('a map needs the option spatial')
    })
    await withLpips(openFormulaLpips('vgg'), async (lpips) => {
      const small = frameArray(new Uint8Array(16 * 16 * 3), 1, 16, 16)
      expect([...(await lpips.distance(small, small))]).toEqual([0])
    })
    await withLpips(openFormulaLpips('squeeze'), async (lpips) => {
      const small = frameArray(new Uint8Array(17 * 17 * 3), 1, 17, 17)
      expect([...(await lpips.distance(small, small))]).toEqual([0])
    })
  })

  test('the digest names the weights', async () => {
    const digests = await Promise.all([
      withLpips(openFormulaLpips('alex'), async (lpips) => lpips.digest),
      withLpips(openFormulaLpips('alex', { spatial: true }), async (lpips) => lpips.digest),
      withLpips(openFormulaLpips('squeeze'), async (lpips) => lpips.digest),
    ])
    expect(digests[0]).toBe(digests[1])
    expect(digests[0]).not.toBe(digests[2])
  })

  test("another net's files are refused with what is missing", async () => {
    const wrong = openLpips('vgg', {
      backbone: await openCheckpoint(sharedPath('weights', 'alexnet-features.pth')),
      heads: await heads('vgg'),
    })
    await expect(wrong).rejects.toThrow(/not the expected tensors: .* missing \(features\.2\.weight/)
  })
})

describe.skipIf(!hasShared('data', 'lpips-pairs', 'expected.json'))('LPIPS with the official weights', () => {
  for (const net of ['alex', 'squeeze'] as const) {
    test(`${net} gives the published values of the package's own example pairs`, async () => {
      const expected = JSON.parse(readFileSync(sharedPath('data', 'lpips-pairs', 'expected.json'), 'utf8'))
      await withLpips(openRealLpips(net), async (lpips) => {
        for (const [pair, value] of Object.entries<number>(expected[net])) {
          const [reference, distorted] = await Promise.all(pair.split('/').map(image))
          const [found] = await lpips.distance(distorted, reference)
          expect(Math.abs(found - value)).toBeLessThan(expected.tolerance)
        }
      })
    })
  }
})

test('operations are counted from the layers', () => {
  // AlexNet's convolutions at 224×224: 0.656 G multiply-adds (torchvision's own figure for the whole net is 0.71).
  expect(lpipsBackboneOperations('alex', 224, 224) / 2e9).toBeCloseTo(0.656, 3)
  // VGG16's: 15.35 G (15.47 with the classifier).
  expect(lpipsBackboneOperations('vgg', 224, 224) / 2e9).toBeCloseTo(15.35, 2)
})

function small(side: number): FrameArray {
  return frameArray(new Uint8Array(side * side * 3), 1, side, side)
}

async function image(name: string) {
  return readImage(sharedPath('data', 'lpips-pairs', `${name}.png`))
}
