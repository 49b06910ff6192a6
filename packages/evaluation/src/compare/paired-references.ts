import type { ComparedRecord } from './compared-record.ts'

/**
 * Which methods and clips may be held against one another: those that were scored against the same reference frames. A clip that was held against nothing goes with
 * any: it has only values that need no reference, and its name says whose they are.
 */
export interface PairedReferences {
  paired: ComparedRecord[]
  unpaired: { record: ComparedRecord; reason: string }[]
  /** Clips with the same reference frames in all paired methods that have them. */
  comparable: (clip: string) => boolean
  /** Clips that some paired method has with other reference frames. */
  otherReference: number
  /** Source video and weight of a clip. */
  unitOf: (clip: string) => string
  weightOf: (clip: string) => number
}

/** Above this share of other references two records are of different tests. */
const MOST_OTHERS = 0.05

/**
 * The reference frames of a clip are those that most records have. A record without hashes, or with other frames on more than 5 % of its clips, is left
 * out with its reason; fewer such clips are left out themselves and counted.
 */
export function pairReferences(records: readonly ComparedRecord[]): PairedReferences {
  const withHashes = records.filter(({ hashes }) => hashes !== undefined)
  const references = usualReferences(withHashes)
  const unpaired: PairedReferences['unpaired'] = records
    .filter(({ hashes }) => hashes === undefined)
    .map((record) => ({
      record,
      reason: record.unreadable ?? 'no hashes of its reference frames: score it again to compare it',
    }))
  const paired: ComparedRecord[] = []
  const others = new Set<string>()
  for (const record of withHashes) {
    const clips = [...(record.hashes?.keys() ?? [])]
    const other = clips.filter((clip) => {
      const own = referenceOf(record, clip)
      return own !== null && own !== references.get(clip)
    })
    if (clips.length > 0 && other.length > MOST_OTHERS * clips.length)
      unpaired.push({ record, reason: `other reference frames on ${other.length} of ${clips.length} clips` })
    else {
      paired.push(record)
      for (const clip of other) others.add(clip)
    }
  }
  const first = (clip: string) => paired.map(({ hashes }) => hashes?.get(clip)?.[0]).find((hash) => hash !== undefined)
  return {
    paired,
    unpaired,
    comparable: (clip) => !others.has(clip) && references.get(clip) !== undefined,
    otherReference: others.size,
    unitOf: (clip) => first(clip)?.unit ?? clip,
    weightOf: (clip) => first(clip)?.weight ?? 1,
  }
}

/** Whether two methods' generated frames are the same on every clip that both have. */
export function sameGenerated(a: ComparedRecord, b: ComparedRecord, clips: Iterable<string>): boolean {
  let seen = 0
  for (const clip of clips) {
    const [x, y] = [a.hashes?.get(clip), b.hashes?.get(clip)]
    if (x === undefined || y === undefined || x.length !== y.length) return false
    if (x.some(({ generated }, sample) => generated !== y[sample].generated)) return false
    seen++
  }
  return seen > 0
}

/** null of a clip that was held against nothing. */
type Reference = string | null

/** The reference of each clip that most records have of those that have any; undefined where two have as many. */
function usualReferences(records: readonly ComparedRecord[]): Map<string, Reference | undefined> {
  const counts = new Map<string, Map<string, number>>()
  for (const record of records)
    for (const clip of record.hashes?.keys() ?? []) {
      const reference = referenceOf(record, clip)
      const ofClip = counts.get(clip) ?? new Map<string, number>()
      if (typeof reference === 'string') ofClip.set(reference, (ofClip.get(reference) ?? 0) + 1)
      counts.set(clip, ofClip)
    }
  return new Map(
    [...counts].map(([clip, ofClip]): [string, Reference | undefined] => {
      const [most, next] = [...ofClip].toSorted((a, b) => b[1] - a[1])
      if (most === undefined) return [clip, noneHas(records, clip) ? null : undefined]
      return [clip, most[1] !== next?.[1] ? most[0] : undefined]
    }),
  )
}

/** Whether no record held a clip against anything. */
function noneHas(records: readonly ComparedRecord[], clip: string): boolean {
  return records.every(({ hashes }) => hashes?.get(clip)?.every(({ reference }) => reference === undefined) !== false)
}

/** Of all samples of a clip the one reference; undefined where they differ. */
function referenceOf({ hashes }: ComparedRecord, clip: string): Reference | undefined {
  const own = hashes?.get(clip) ?? []
  if (!own.every(({ reference }) => reference === own[0].reference)) return undefined
  return own.length === 0 ? undefined : (own[0].reference ?? null)
}
