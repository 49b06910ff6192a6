import { derangement } from './derangement.ts'

/** A clip that is paired anew: its name, and the source video where several clips are cut from one. */
export interface PairedClip {
  id: string
  unit?: string | undefined
}

/**
 * The clips whose references each clip is held against to know what unrelated videos get, nearest first: π(i), π²(i), … of one cycle π through all clips
 * in the order of their names (by code units), drawn by `derangement`. No clip meets itself, nor another window of its own source video. The same
 * for every method, as it depends on the references alone.
 * @param seed of `derangement`
 * @returns by the clip's id up to n − 1 ids; none for a single clip
 */
export function unrelatedPartners(clips: readonly PairedClip[], seed: number): (id: string) => Generator<string> {
  const sorted = clips.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const next = sorted.length < 2 ? new Uint32Array(sorted.length) : derangement(sorted.length, seed)
  const places = new Map(sorted.map(({ id }, index) => [id, index]))
  const unitOf = ({ id, unit }: PairedClip) => unit ?? id
  return function* partnersOf(id: string) {
    const start = places.get(id)
    if (start === undefined) return
    for (let at = next[start]; at !== start; at = next[at])
      if (unitOf(sorted[at]) !== unitOf(sorted[start])) yield sorted[at].id
  }
}
