import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { KinemetricError } from '@kinemetric/files'
import { describe, expect, it } from 'vitest'

import {
  alignCornersBilinear,
  antialiasBilinear,
  centreCrop,
  contiguous,
  coverCrop,
  coverResize,
  floatFrameArray,
  frameArray,
  halfPixelBilinear,
  hashFrames,
  pillowBicubic,
  pillowBicubicFloat,
  pillowBilinear,
  tf1Bilinear,
  torchNearest,
  type FloatFrameArray,
} from '../src/index.ts'
import { noiseFrames } from './noise.ts'

interface Golden {
  from: [number, number]
  to: [number, number]
}
const goldens: {
  pillowBicubic: (Golden & { sha256: string })[]
  pillowBilinear: (Golden & { sha256: string })[]
  torchNearest: (Golden & { sha256: string })[]
  torchBilinear: (Golden & { kind: keyof typeof floatResizes; samples: number[]; mean: number })[]
  pillowBicubicFloat: (Golden & { samples: number[]; mean: number })[]
} = JSON.parse(readFileSync(new URL('goldens/resize.json', import.meta.url), 'utf8'))
const floatResizes = { halfPixelBilinear, antialiasBilinear, alignCornersBilinear, tf1Bilinear, pillowBicubicFloat }

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const title = ({ from, to }: Golden): string => `${from.join('×')} → ${to.join('×')}`

describe('pillowBicubic gives the bytes of Pillow 12.3.0', () => {
  it.each(goldens.pillowBicubic.map((golden) => [title(golden), golden] as const))(
    '%s',
    (_, { from, to, sha256: expected }) => {
      expect(sha256(pillowBicubic(noiseFrames(1, ...from), ...to).data)).toBe(expected)
    },
  )

  it('treats each frame of a clip, and a strided view, alone', () => {
    const clip = noiseFrames(3, 31, 44)
    const view = clip.lo(0, 2, 5, 0).hi(3, 20, 30, 3).step(2, 1, 1, 1)
    const whole = pillowBicubic(view, 27, 25)
    for (const t of [0, 1]) {
      const frame = contiguous(view.lo(t, 0, 0, 0).hi(1, 20, 30, 3))
      expect(whole.data.subarray(t * 27 * 25 * 3, (t + 1) * 27 * 25 * 3)).toEqual(pillowBicubic(frame, 27, 25).data)
    }
  })
})

describe('pillowBilinear gives the bytes of Pillow 11.3.0, whose bicubic ones are those above', () => {
  it.each(goldens.pillowBilinear.map((golden) => [title(golden), golden] as const))(
    '%s',
    (_, { from, to, sha256: expected }) => {
      expect(sha256(pillowBilinear(noiseFrames(1, ...from), ...to).data)).toBe(expected)
    },
  )
})

describe("torchNearest gives the bytes of torch's interpolate(mode='nearest') (2.13.0)", () => {
  it.each(goldens.torchNearest.map((golden) => [title(golden), golden] as const))(
    '%s',
    (_, { from, to, sha256: expected }) => {
      expect(sha256(torchNearest(noiseFrames(1, ...from), ...to).data)).toBe(expected)
    },
  )
})

describe('float resizes agree with torch in float32 and with Pillow mode F', () => {
  const cases = [
    ...goldens.torchBilinear,
    ...goldens.pillowBicubicFloat.map((golden) => ({ ...golden, kind: 'pillowBicubicFloat' as const })),
  ]
  it.each(cases.map((golden) => [`${golden.kind} ${title(golden)}`, golden] as const))(
    '%s',
    (_, { kind, from, to, samples, mean }) => {
      const { data } = floatResizes[kind](noiseFrames(1, ...from), ...to)
      const [height, width] = to
      for (let i = 0; i < 7; i++) {
        for (const c of [0, 2]) {
          const y = Math.floor((i * (height - 1)) / 6)
          const x = Math.floor((i * (width - 1)) / 6)
          // Values reach 255; half a unit in the last place of a 32-bit float there is 8e-6, and two passes store one each.
          expect(Math.abs(data[(y * width + x) * 3 + c] - samples[2 * i + c / 2])).toBeLessThan(4e-5)
        }
      }
      expect(data.reduce((sum, value) => sum + value, 0) / data.length).toBeCloseTo(mean, 4)
    },
  )
})

// f(y, x) = 127.5 + 60·sin(.9x + .2y) + 60·cos(.05x − .7y)
const pattern = (height: number, width: number): FloatFrameArray => {
  const data = new Float32Array(height * width * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = 127.5 + 60 * Math.sin(0.9 * x + 0.2 * y) + 60 * Math.cos(0.05 * x - 0.7 * y)
      data.fill(value, (y * width + x) * 3, (y * width + x) * 3 + 3)
    }
  }
  return floatFrameArray(data, 1, height, width)
}

describe('float resizes reach what the original libraries give', () => {
  // Relative: the pattern, the positions and the sums of the originals were held in 32 bits.
  const tolerance = 1e-5
  const at = [
    [0, 0],
    [1, 1],
    [10, 20],
    [150, 150],
  ] as const
  type Case = [keyof typeof floatResizes, [number, number], [number, number], number[], [number, number] | undefined]
  const cases: Case[] = [
    ['tf1Bilinear', [256, 384], [299, 299], [187.5, 230.7049, 111.64434, 86.63042, 67.49033], [127.504608, 56.75447]],
    [
      'halfPixelBilinear',
      [256, 384],
      [299, 299],
      [194.16989, 231.94511, 114.06947, 79.65889, 73.97208],
      [127.505074, 56.754844],
    ],
    [
      'antialiasBilinear',
      [256, 384],
      [299, 299],
      [200.2567, 232.06902, 112.76274, 83.01289, 68.05758],
      [127.505083, 55.585576],
    ],
    [
      'pillowBicubicFloat',
      [256, 384],
      [299, 299],
      [196.96332, 237.34084, 112.32999, 77.13826, 70.18462],
      [127.505236, 59.321474],
    ],
    ['tf1Bilinear', [256, 256], [299, 299], [187.5, 223.2377, 94.41447, 120.64341, 36.84507], undefined],
    ['halfPixelBilinear', [256, 256], [299, 299], [187.5, 220.43353, 91.37537, 127.79302, 36.84506], undefined],
    ['pillowBicubicFloat', [256, 256], [299, 299], [186.04819, 223.30948, 91.25096, 128.19061, 33.92934], undefined],
    ['halfPixelBilinear', [256, 384], [224, 224], [204.01318, 220.28465, 231.42455, 225.02106, 66.24923], undefined],
    ['alignCornersBilinear', [256, 384], [384, 512], [187.5, 219.46738, 132.93349, 186.87918, 80.45403], undefined],
  ]
  it.each(cases)('%s %j → %j', (kind, from, to, expected, moments) => {
    const { data } = floatResizes[kind](pattern(...from), ...to)
    const [height, width] = to
    const places = [...at, [height - 1, width - 1]]
    places.forEach(([y, x], i) => {
      expect(Math.abs(data[(y * width + x) * 3] / expected[i] - 1)).toBeLessThan(tolerance)
    })
    if (moments === undefined) return
    const values = data.filter((_, i) => i % 3 === 0)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
    expect(mean).toBeCloseTo(moments[0], 5)
    expect(deviation).toBeCloseTo(moments[1], 5)
  })

  it('halfPixelBilinear to 224×336 and a centre crop', () => {
    const { data } = halfPixelBilinear(pattern(256, 384), 224, 336)
    const values = [...at, [223, 223]].map(([y, x]) => data[(y * 336 + x + 56) * 3])
    const expected = [121.09424, 123.18204, 26.9712, 183.89754, 110.54144]
    values.forEach((value, i) => expect(Math.abs(value / expected[i] - 1)).toBeLessThan(tolerance))
  })

  it('halfPixelBilinear and antialiasBilinear are the same when enlarging', () => {
    const small = noiseFrames(1, 20, 30)
    const [a, b] = [halfPixelBilinear(small, 47, 31).data, antialiasBilinear(small, 47, 31).data]
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i])))).toBeLessThan(4e-5)
  })
})

describe('coverResize and coverCrop', () => {
  it.each(['pillow-bicubic', 'torch-nearest'] as const)(
    '%s: the crop alone has the bytes of resizing and cropping',
    (filter) => {
      for (const [height, width, top, left] of [
        [240, 427, 256, 384],
        [50, 30, 20, 20],
        [17, 90, 33, 21],
        [64, 64, 64, 64],
      ]) {
        const clip = noiseFrames(2, height, width)
        const expected = centreCrop(coverResize(clip, top, left, filter), top, left)
        const cropped = coverCrop(clip, top, left, filter)
        expect(hashFrames(cropped)).toBe(hashFrames(expected))
        expect(cropped.data.length).toBe(2 * top * left * 3)
      }
    },
  )
})

describe('resizes refuse what they cannot do', () => {
  it.each(Object.entries({ ...floatResizes, pillowBicubic, torchNearest }))('%s', (_, resize) => {
    for (const [height, width] of [
      [0, 5],
      [5, 0],
      [-1, 5],
      [2.5, 5],
      [Number.NaN, 5],
    ]) {
      expect(() => resize(noiseFrames(1, 4, 4), height, width)).toThrow(KinemetricError)
    }
    const flat = frameArray(new Uint8Array(48), 1, 4, 4).pick(0, -1, -1, -1)
    expect(() => resize(flat, 4, 4)).toThrow('expected frames of shape [T, H, W, 3], found [4, 4, 3]')
    expect(resize(frameArray(new Uint8Array(0), 0, 4, 4), 2, 3).shape).toEqual([0, 2, 3, 3])
  })
})
