/** Two methods, by position, that were found apart: the first is the better one. */
export type Separated = readonly [better: number, worse: number]

/** What separated pairs say of a method's place. */
export interface RankInterval {
  rankLow: number
  rankHigh: number
  /** 1 where no separated better method is; 2 where none is outside layer 1; and so on. */
  layer: number
  /** Bold: not separated from the best; underline: the next layer. None for all where no pair is separated. */
  mark: 'bold' | 'underline' | 'none'
}

/**
 * The ranks that each method may have: from 1 + the number of separated better ones to K − the number of separated worse ones. Where the separations
 * hold together at a level (Holm), so do all rank intervals.
 *
 * @param methods how many there are
 * @param separated without circles, as it is where the better one is the one with the better mean
 * Source: Mogstad, Romano, Shaikh & Wilhelm, Review of Economic Studies 2024, in the form that csranks computes, with separations by Holm.
 */
export function rankIntervals(methods: number, separated: readonly Separated[]): RankInterval[] {
  const all = Array.from({ length: methods }, (_, method) => method)
  const betterThan = all.map((method) => separated.filter(([, worse]) => worse === method).map(([better]) => better))
  const worseCount = all.map((method) => separated.filter(([better]) => better === method).length)
  const layer = layers(betterThan)
  const apart = Math.max(0, ...layer) > 1
  return all.map((method) => ({
    rankLow: 1 + betterThan[method].length,
    rankHigh: methods - worseCount[method],
    layer: layer[method],
    mark: apart && layer[method] === 1 ? 'bold' : apart && layer[method] === 2 ? 'underline' : 'none',
  }))
}

function layers(betterThan: readonly (readonly number[])[]): number[] {
  const layer = betterThan.map(() => 0)
  for (let level = 1; layer.includes(0); level++) {
    const top = [...layer.keys()].filter((m) => layer[m] === 0 && betterThan[m].every((better) => layer[better] !== 0))
    if (top.length === 0) throw new RangeError('rankIntervals: expected separations without a circle')
    for (const method of top) layer[method] = level
  }
  return layer
}
