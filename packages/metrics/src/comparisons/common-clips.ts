/** A method's finite values by clip. */
export interface ScoredClips {
  method: string
  values: ReadonlyMap<string, number>
}

/** Which methods are ranked against each other, and over which clips. */
export interface CommonClips {
  ranked: ScoredClips[]
  unranked: { method: string; reason: string }[]
  /** Clips on which all ranked methods have a value, in code unit order. */
  clips: string[]
  /** Why there are no ranks, although methods are there. */
  reason?: string | undefined
}

/** Share of the clips that a method must have to be ranked, and that must be common for any rank. */
const COMPLETE = 0.95
const ENOUGH = 0.8

/**
 * The clips that all have: a method with fewer than 95 % of the clips is shown and not ranked; below 80 % common clips nobody is, and the methods that
 * cost most clips are named.
 * @param total clips that there are
 * @param asked whether these methods were asked for by name: then all are compared, on the clips that they share
 */
export function commonClips(methods: readonly ScoredClips[], total: number, asked = false): CommonClips {
  const complete = ({ values }: ScoredClips) => values.size > 0 && (asked || values.size >= COMPLETE * total)
  const ranked = methods.filter(complete)
  const unranked = methods
    .filter((scored) => !complete(scored))
    .map(({ method, values }) => ({ method, reason: `incomplete: ${values.size} of ${total} clips` }))
  const [first] = ranked
  if (first === undefined) {
    const reason = `no method has a value on ${Math.ceil(COMPLETE * total)} of ${total} clips, which a rank needs; methods that are named are compared on the clips that they share`
    return { ranked, unranked, clips: [], ...(methods.length === 0 ? {} : { reason }) }
  }
  const clips = [...first.values.keys()].filter((clip) => ranked.every(({ values }) => values.has(clip))).sort()
  const common = { ranked, unranked, clips }
  if (clips.length === 0) return { ...common, reason: 'no clip has a value of all methods' }
  if (asked || clips.length >= ENOUGH * total) return common
  const costly = ranked
    .map(({ method, values }) => ({ method, missing: total - values.size }))
    .filter(({ missing }) => missing > 0)
    .toSorted((a, b) => b.missing - a.missing)
    .slice(0, 3)
    .map(({ method, missing }) => `${method} lacks ${missing}`)
  return {
    ...common,
    reason: `no ranks: only ${clips.length} of ${total} clips are common to all methods (${costly.join(', ')})`,
  }
}
