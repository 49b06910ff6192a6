import type { Counts } from './balls.ts'

/** One of the four numbers: of which balls it is, and how it comes of what is in them. */
export interface PrdcShare {
  balls: 'reference' | 'generated'
  of(counts: Counts, k: number): number
}

/**
 * The four numbers of two sides of rows.
 *
 * Source: Kynkäänniemi et al., Improved precision and recall metric for assessing generative models, NeurIPS 2019 (precision, recall); Naeem et al., Reliable
 * fidelity and diversity metrics for generative models, ICML 2020 (density, coverage).
 */
export const prdcShares = {
  /** Generated rows in any ball of the reference's. */
  precision: { balls: 'reference', of: ({ pointsInside, points }) => pointsInside / points },
  /** Reference rows in any ball of the generated ones. */
  recall: { balls: 'generated', of: ({ pointsInside, points }) => pointsInside / points },
  /** How many of the reference's balls a generated row is in, over k. */
  density: { balls: 'reference', of: ({ inside, points }, k) => inside / (k * points) },
  /** Balls of the reference's with any generated row. */
  coverage: { balls: 'reference', of: ({ centresHit, centres }) => centresHit / centres },
} as const satisfies Record<string, PrdcShare>
