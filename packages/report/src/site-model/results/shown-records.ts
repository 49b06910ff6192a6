import { mostMethods, type StoredRecord } from '@kinemetric/records'
import { protocolKey } from '../../board/assemble-leaderboards.ts'
import { countText } from '../../board/summary/counted-words.ts'

/** Of a protocol of very many methods: how many there are, how many of them are shown, and by what they were chosen. */
export interface LeftOut {
  methods: number
  shown: number
  /** The metric, as its scores call it; '' where no record has a score. */
  by: string
}

/** Baselines, floors and ceilings that are shown beside as many methods as have room. */
const mostBaselines = 20

/**
 * The records of which pages are made: of each protocol at most a hundred, those that are best in the metric that comes first, and baselines among them. A page of
 * ten thousand rows is none.
 * @returns what was left out, by the protocol's key
 */
export function shownRecords<R extends StoredRecord>(
  records: readonly R[],
): { shown: R[]; leftOut: Map<string, LeftOut> } {
  const leftOut = new Map<string, LeftOut>()
  const kept = new Set<R>()
  for (const [key, group] of Map.groupBy(records, ({ record }) => protocolKey(record.protocol))) {
    if (group.length <= mostMethods) {
      for (const record of group) kept.add(record)
      continue
    }
    const { chosen, by } = bestOf(group)
    for (const record of chosen) kept.add(record)
    leftOut.set(key, { methods: group.length, shown: chosen.length, by })
  }
  return { shown: records.filter((record) => kept.has(record)), leftOut }
}

function bestOf<R extends StoredRecord>(group: readonly R[]): { chosen: R[]; by: string } {
  const first = group.find(({ record }) => record.scores.some(({ value }) => value !== null))?.record.scores[0]
  const sign = first?.better === 'higher' ? -1 : 1
  const valueOf = ({ record }: R) =>
    record.scores.find(({ metric, signature }) => metric === first?.metric && signature === first.signature)?.value ??
    null
  const ordered = group
    .map((stored) => ({ stored, value: valueOf(stored), id: stored.record.method.id }))
    .toSorted((a, b) => {
      const byValue =
        a.value === null || b.value === null
          ? Number(a.value === null) - Number(b.value === null)
          : sign * (a.value - b.value)
      return byValue || (a.id < b.id ? -1 : Number(a.id > b.id))
    })
    .map(({ stored }) => stored)
  const isBaseline = ({ record: { method } }: R) => method.trivial || method.bound !== undefined
  const baselines = ordered.filter(isBaseline).slice(0, mostBaselines)
  const methods = ordered.filter((stored) => !isBaseline(stored)).slice(0, mostMethods - baselines.length)
  return { chosen: [...methods, ...baselines], by: first?.label?.short ?? first?.metric ?? '' }
}

/** What a page says of it. */
export function leftOutWords({ methods, shown, by }: LeftOut): string {
  const chosen = by === '' ? 'the first by name' : `those with the best ${by}, each over its own clips, and baselines`
  const pairs = countText((methods * (methods - 1)) / 2)
  return `${countText(methods)} methods have records here, of which ${countText(shown)} are shown: ${chosen}. They are not compared: all pairs would be ${pairs} a metric. The table of all, and comparisons of those that are asked for: kinemetric table, kinemetric compare --methods.`
}
