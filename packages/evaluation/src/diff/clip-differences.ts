import type { ClipHash, ComparedRecord } from '../compare/compared-record.ts'

/** How the clips of two records differ, by the frames that were scored. */
export interface ClipSetDifference {
  both: number
  onlyA: string[]
  onlyB: string[]
  /** Of the clips that both have, those whose reference frames differ, and whose generated frames do. */
  reference: string[]
  generated: string[]
}

/** Undefined where one of the records does not say which frames it scored. */
export function clipSetDifference(a: ComparedRecord, b: ComparedRecord): ClipSetDifference | undefined {
  const [own, other] = [a.hashes, b.hashes]
  if (own === undefined || other === undefined) return undefined
  const both = [...own.keys()].filter((clip) => other.has(clip))
  const differs = (side: 'reference' | 'generated') =>
    both.filter((clip) => textOf(own.get(clip)!, side) !== textOf(other.get(clip)!, side))
  return {
    both: both.length,
    onlyA: [...own.keys()].filter((clip) => !other.has(clip)),
    onlyB: [...other.keys()].filter((clip) => !own.has(clip)),
    reference: differs('reference'),
    generated: differs('generated'),
  }
}

/** The frames of all samples of a clip. */
function textOf(samples: readonly ClipHash[], side: 'reference' | 'generated'): string {
  return samples.map((each) => `${each.sample ?? ''} ${each[side]}`).join('\n')
}

/** How a metric's values of single clips differ. */
export interface ClipValueDifference {
  both: number
  changed: number
  /** The clip of the largest difference. */
  largest?: { clip: string; a: number; b: number } | undefined
}

/** @param a and b values by clip */
export function clipValueDifference(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): ClipValueDifference {
  const found: ClipValueDifference = { both: 0, changed: 0 }
  for (const [clip, value] of a) {
    const other = b.get(clip)
    if (other === undefined) continue
    found.both++
    if (Object.is(value, other)) continue
    found.changed++
    const { largest } = found
    // One that is undefined on one side alone differs most.
    if (largest === undefined || !(Math.abs(value - other) <= Math.abs(largest.a - largest.b)))
      found.largest = { clip, a: value, b: other }
  }
  return found
}
