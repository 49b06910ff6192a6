import { seededRandom, type SeededRandom } from '@kinemetric/metrics'
import { incompleteBeta } from '../../packages/metrics/src/intervals/probability/incomplete-beta.ts'

/** Values of clips as metrics have them, and the mean that they are drawn around. */
export interface ClipKind {
  name: string
  mean: number
  draw(random: SeededRandom): number
}

const NORMAL: ClipKind = { name: 'normal', mean: 17, draw: (random) => 17 + 3 * random.normal() }

/** Log-normal, sigma 0.5: skewness 1.75. */
const LPIPS: ClipKind = {
  name: 'LPIPS',
  mean: 0.28 * Math.exp(0.125),
  draw: (random) => 0.28 * Math.exp(0.5 * random.normal()),
}

/** Beta(6, 1.2) pushed to 1: 11 % of the clips exactly 1, skewness −1.17. */
const BOUNDED: ClipKind = {
  name: 'bounded',
  mean: (6 / 7.2 / 0.97) * incompleteBeta(0.97, 7, 1.2) + 1 - incompleteBeta(0.97, 6, 1.2),
  draw: (random) => {
    const a = gamma(random, 6)
    return Math.min(1, a / (a + gamma(random, 1.2)) / 0.97)
  },
}

/** PSNR with 3 % of the clips at the cap. */
const CAPPED: ClipKind = {
  name: '3 % at 100 dB',
  mean: 0.97 * 17 + 3,
  draw: (random) => (random.next() < 0.03 ? 100 : 17 + 3 * random.normal()),
}

export const clipKinds: readonly ClipKind[] = [NORMAL, LPIPS, BOUNDED, CAPPED]

/** Differences of two methods whose mean (or whole law) is the same. */
export const pairKinds: readonly { name: string; draw(random: SeededRandom): number }[] = [
  { name: 'normal', draw: (random) => random.normal() },
  {
    name: 'LPIPS pair',
    draw: (random) => {
      const clip = 0.45 * random.normal()
      const one = () => 0.28 * Math.exp(clip + 0.2 * random.normal())
      return one() - one()
    },
  },
  {
    name: 'bounded pair',
    draw: (random) => {
      const clip = 1.2 + 0.7 * random.normal()
      const one = () => Math.min(1, 1.04 * normalShare(clip + 0.4 * random.normal()))
      return one() - one()
    },
  },
  { name: 'unequal spread', draw: (random) => Math.exp(0.8 * random.normal()) * random.normal() },
  { name: 'skewness 1.75', draw: (random) => Math.exp(0.5 * random.normal()) - Math.exp(0.125) },
  { name: 'skewness 2', draw: (random) => -Math.log(1 - random.next()) - 1 },
]

/** A generator of its own for each part of a simulation. */
export function part(seed: number, index: number): SeededRandom {
  return seededRandom(seed * 1000 + index)
}

/** Gamma of a shape from 1. Source: Marsaglia & Tsang, A simple method for generating gamma variables, 2000. */
function gamma(random: SeededRandom, shape: number): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random.next()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v
  }
}

/** Φ, to 1e-7: fast, for data only. Source: Abramowitz & Stegun 26.2.17. */
export function normalShare(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    Math.exp(-0.5 * x * x) *
    t *
    (0.127414796 + t * (-0.142248368 + t * (0.7107068705 + t * (-0.7265760135 + t * 0.5307027145))))
  return x > 0 ? 1 - tail : tail
}
