import type { ClassScores } from '@kinemetric/records'
import { reportError } from '../board/report-error.ts'

/** A metric of a column, over its methods: the mean of their values in a class; NaN where none has one. */
function meanOf({ methods }: ClassScores['columns'][number], at: number): number {
  const values = methods.flatMap(({ classes }) => classes[at]?.value ?? [])
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * The classes in another order, and with them every list that goes by it.
 * @param sort `clips` (the largest first, as they are), `class` (by name), or a metric's id: the best first by the mean over its methods, without a value last
 * @throws KinemetricError `unknown-metric`
 */
export function sortClasses(scores: ClassScores, sort = 'clips'): ClassScores {
  if (sort === 'clips') return scores
  const order = orderBy(scores, sort)
  const moved = <T>(list: readonly T[]): T[] => order.map((at) => list[at])
  return {
    ...scores,
    classes: moved(scores.classes),
    columns: scores.columns.map((column) => ({
      ...column,
      methods: column.methods.map(({ classes, differences, ...method }) => ({
        ...method,
        classes: moved(classes),
        ...(differences === undefined ? {} : { differences: moved(differences) }),
      })),
    })),
  }
}

function orderBy({ classes, columns }: ClassScores, sort: string): number[] {
  const places = [...classes.keys()]
  if (sort === 'class') return places.toSorted((a, b) => collator.compare(classes[a].name, classes[b].name) || a - b)
  const column = columns.find(({ metric }) => metric === sort)
  if (column === undefined) throw unknownSort(sort, columns)
  const sign = column.better === 'higher' ? -1 : 1
  const values = places.map((at) => meanOf(column, at))
  return places.toSorted((a, b) => {
    const [isNone, isOtherNone] = [Number.isNaN(values[a]), Number.isNaN(values[b])]
    if (isNone || isOtherNone) return Number(isNone) - Number(isOtherNone) || a - b
    return sign * (values[a] - values[b]) || a - b
  })
}

function unknownSort(sort: string, columns: ClassScores['columns']) {
  const known = ['clips', 'class', ...new Set(columns.map(({ metric }) => metric))]
  return reportError('unknown-metric', 'sort', { expected: `one of ${known.join(', ')}`, found: `'${sort}'` })
}

/** As people count: `clip 9` before `clip 10`. */
const collator = new Intl.Collator('en', { numeric: true })
