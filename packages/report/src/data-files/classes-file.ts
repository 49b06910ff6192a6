import type { DataFile, DataHead } from './container.ts'

/** What two methods differ by in a class of clips: the first minus the second, to a digit more than the metric prints. */
export interface ClassDifference {
  mean: number
  /** Of the mean; null where there is none. */
  interval: { low: number; high: number } | null
  /** Source videos (clips, where each has its own) that have both: of too few there is no interval. Known where there is none. */
  units?: number | undefined
}

export interface ClassesHead extends DataHead {
  metric: string
  /** Methods that are compared: the first so many of the protocol. */
  methods: number
  /** Indices into the protocol's classes, the largest first. */
  classes: number[]
}

/** `[mean, low, high]` of each class for each pair, one after another; `[mean, null, units]` without an interval, null for no clip. Pairs are (0, 1), (0, 2), …, (1, 2), … */
type Printed = (number | null)[][]

/** Content of `classes-<metric>.js`. @param of the difference of a pair in the class at a place of `head.classes`; null where no clip has both */
export function encodeClasses(
  { methods, classes }: Pick<ClassesHead, 'methods' | 'classes'>,
  decimals: number,
  of: (first: number, second: number, place: number) => ClassDifference | null,
): Uint8Array {
  const printed = (value: number) => Number(value.toFixed(decimals + 1))
  const rows: Printed = []
  for (let first = 0; first < methods; first++)
    for (let second = first + 1; second < methods; second++)
      rows.push(
        classes.flatMap((_, place) => {
          const found = of(first, second, place)
          if (found === null) return [null, null, null]
          const { mean, interval, units = 0 } = found
          return interval === null ? [printed(mean), null, units] : [mean, interval.low, interval.high].map(printed)
        }),
      )
  return new TextEncoder().encode(JSON.stringify(rows))
}

/** Differences by class, of any two of the methods in either order. */
export type ClassDifferences = (first: number, second: number, className: number) => ClassDifference | null

/** Reads `classes-<metric>.js`. */
export function decodeClasses({ head, bytes }: DataFile<ClassesHead>): ClassDifferences {
  const rows: Printed = JSON.parse(new TextDecoder().decode(bytes))
  return (first, second, className) => {
    const [a, b] = first < second ? [first, second] : [second, first]
    const place = head.classes.indexOf(className)
    if (place < 0 || a === b || b >= head.methods) return null
    const row = rows[a * head.methods - (a * (a + 1)) / 2 + b - a - 1] ?? []
    const [mean, low, high] = row.slice(3 * place, 3 * place + 3)
    if (typeof mean !== 'number') return null
    const sign = first < second ? 1 : -1
    if (typeof low !== 'number' || typeof high !== 'number')
      return { mean: sign * mean, interval: null, units: high ?? 0 }
    return { mean: sign * mean, interval: sign === 1 ? { low, high } : { low: -high, high: -low } }
  }
}
