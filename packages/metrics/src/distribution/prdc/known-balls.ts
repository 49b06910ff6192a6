import { areHeld, type FeatureRows, rowBlocks } from '../../features/feature-rows.ts'
import type { DistanceOptions } from '../../recipes/distance-result.ts'
import { BLOCK_ROWS, nearestRows } from '../neighbours/nearest-rows.ts'
import { pairable, pairDistances } from '../neighbours/pair-distances.ts'
import { addPair, type Balls, emptyBalls, unitsOf } from './balls.ts'
import type { BallRule } from './prdc-recipe.ts'

/** Balls of either side with the rows of the other as points: all that precision, recall, density and coverage are made of. */
export interface BothBalls {
  /** Around reference rows, generated rows in them: precision, density, coverage. */
  reference: Balls
  /** Around generated rows, reference rows in them: recall. */
  generated: Balls
}

interface Known {
  key: string
  reference: object
  clips: readonly [Int32Array | undefined, Int32Array | undefined]
  balls: Promise<BothBalls>
}

// The four metrics are of the same balls: they are kept as long as the generated rows are. Sides are told by their values, for objects around these are made anew.
const known = new WeakMap<object, Known>()

/** The balls of two sides, computed once for all metrics of one rule. */
export function knownBalls(
  rule: BallRule,
  generated: FeatureRows,
  reference: FeatureRows,
  options: DistanceOptions = {},
): Promise<BothBalls> {
  const found = findKnown(rule, generated, reference)
  if (found !== undefined) return found.balls
  const balls = ballsOf(rule, generated, reference, options)
  const clips = [generated.clipOfRow, reference.clipOfRow] as const
  const values = valuesOf(generated)
  known.set(values, { key: keyOf(rule), reference: valuesOf(reference), clips, balls })
  balls.catch(() => known.delete(values))
  return balls
}

/** Whether nothing is left to compute. */
export function areKnown(rule: BallRule, generated: FeatureRows, reference: FeatureRows): boolean {
  return findKnown(rule, generated, reference) !== undefined
}

function findKnown(rule: BallRule, generated: FeatureRows, reference: FeatureRows): Known | undefined {
  const found = known.get(valuesOf(generated))
  const fits =
    found !== undefined &&
    found.key === keyOf(rule) &&
    found.reference === valuesOf(reference) &&
    sameNumbers(found.clips[0], generated.clipOfRow) &&
    sameNumbers(found.clips[1], reference.clipOfRow)
  return fits ? found : undefined
}

function keyOf({ k, edge, rounding }: BallRule): string {
  return `${k}/${edge}/${rounding}`
}

function valuesOf(rows: FeatureRows): object {
  return areHeld(rows) ? rows.data : rows.read
}

function sameNumbers(a: Int32Array | undefined, b: Int32Array | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return a === b
  return a.length === b.length && a.every((value, i) => value === b[i])
}

async function ballsOf(
  rule: BallRule,
  generated: FeatureRows,
  reference: FeatureRows,
  { onProgress, signal }: DistanceOptions,
): Promise<BothBalls> {
  const [m, n] = [generated.rows, reference.rows]
  const total = (m * m + n * n) / 2 + m * n
  let done = 0
  const blockDone = (pairs: number): void => {
    signal?.throwIfAborted()
    done += pairs
    onProgress?.(Math.min(1, done / total))
  }
  const { k, rounding } = rule
  const [own, theirs] = [unitsOf(generated, k), unitsOf(reference, k)]
  const ownNearest = await nearestRows(generated, own.count, rounding, { blockDone })
  const theirNearest = await nearestRows(reference, theirs.count, rounding, { blockDone })
  const both = {
    generated: emptyBalls(rule, ownNearest, own, theirs),
    reference: emptyBalls(rule, theirNearest, theirs, own),
  }
  const into = new Float64Array(BLOCK_ROWS * BLOCK_ROWS)
  for await (const { start: i, block } of rowBlocks(generated, BLOCK_ROWS)) {
    const x = pairable(block, rounding)
    for await (const { start: j, block: other } of rowBlocks(reference, BLOCK_ROWS)) {
      const { data } = await pairDistances(x, pairable(other, rounding), rounding, into)
      for (let r = 0, at = 0; r < block.rows; r++)
        for (let c = 0; c < other.rows; c++, at++) {
          addPair(both.generated, i + r, j + c, data[at])
          addPair(both.reference, j + c, i + r, data[at])
        }
      blockDone(block.rows * other.rows)
    }
  }
  return both
}
