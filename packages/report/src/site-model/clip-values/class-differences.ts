import { type ClassesHead, encodeClasses } from '../../data-files/classes-file.ts'
import { dataFormat } from '../../data-files/container.ts'
import type { DataContent, ProtocolData } from './protocol-content.ts'
import { unitValues } from './unit-values.ts'

/** Pairs grow with the square of the methods: of more than these there are no differences by class. */
export const mostCompared = 16
/** The largest classes; a page shows no more. */
const mostClasses = 60

/** Whether a protocol's differences by class are told: it has classes and two methods, and not too many of these. */
export function hasClassDifferences({ head, clips, intervalOf }: Omit<ProtocolData, 'hashes'>): boolean {
  const { length } = head.methods
  return intervalOf !== undefined && clips.classes.length > 0 && length > 1 && length <= mostCompared
}

/**
 * The file of a metric's differences by class: for each two methods the mean over the clips that both have, with its interval. The intervals are of one class each:
 * many classes are many looks.
 */
export function classDifferences(data: ProtocolData, metric: number, name: string): DataContent {
  const { head, metricAt, clips, hashes, intervalOf } = data
  const { id, decimals } = head.metrics[metric]
  const members = membersOf(clips)
  const columns = Array.from(head.methods, (_, method) => clips.store.column(metricAt[metric], method))
  const said: ClassesHead = {
    format: dataFormat,
    board: head.board,
    metric: id,
    methods: columns.length,
    classes: members.map(({ place }) => place),
  }
  const bytes = encodeClasses(said, decimals, (first, second, at) => {
    const both = members[at].clips.filter((clip) => Number.isFinite(columns[first][clip] - columns[second][clip]))
    if (both.length === 0) return null
    const differences = Float64Array.from(both, (clip) => columns[first][clip] - columns[second][clip])
    const units = unitValues(differences, hashes.unitsOf(both))
    const interval = intervalOf?.(units) ?? ''
    return {
      mean: differences.reduce((sum, value) => sum + value, 0) / both.length,
      ...(typeof interval === 'string' ? { interval: null, units: units.length } : { interval }),
    }
  })
  return { name, head: said, bytes }
}

/** The clips of the largest classes, largest first. */
function membersOf({ classes, classOf }: ProtocolData['clips']): { place: number; clips: number[] }[] {
  const members = classes.map((_, place) => ({ place, clips: [] as number[] }))
  for (const [clip, place] of classOf.entries()) if (place >= 0) members[place].clips.push(clip)
  return members
    .filter(({ clips }) => clips.length > 0)
    .toSorted((a, b) => b.clips.length - a.clips.length || a.place - b.place)
    .slice(0, mostClasses)
}
