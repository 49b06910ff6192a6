import type { ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { type Address, pickKeys } from '../address/address.ts'
import { readRanges } from '../address/read-ranges.ts'
import type { AddressReader, Range } from '../address/read-values.ts'

/** Orders of the list, and questions that choose and order at once. */
export const listOrders = {
  id: 'clip',
  ab: 'A better than B',
  ba: 'B better than A',
  a: 'A, lowest-scoring first',
  b: 'B, lowest-scoring first',
  fail: 'all methods in their own lowest tenth',
  apart: 'where methods differ most',
  none: 'where a method has no value',
} as const
export type ListOrder = keyof typeof listOrders

/** The order of that name, if there is one. */
export function orderOf(name: string | undefined): ListOrder | undefined {
  return orderNames.find((order) => order === name)
}

export const orderNames: readonly ListOrder[] = ['id', 'ab', 'ba', 'a', 'b', 'fail', 'apart', 'none']

/** What the list of clips is chosen and ordered by. */
export interface ListChoice {
  /** Its place in `protocol.js`. */
  metric: number
  a: number
  /** −1 where there is one method alone. */
  b: number
  /** A better than B by at least (B than A in the order `ba`). */
  by: number | null
  /** Range of what A is better by. */
  low: number | null
  high: number | null
  /** Place of a class, −1 for all. */
  class: number
  text: string
  ranges: (Range & { metric: number; method: number })[]
  order: ListOrder
}

/** What is shown where an address says nothing: the first metric, and the first two methods that are not trivial. */
export function defaultChoice({ head }: ProtocolData): ListChoice {
  const methods = [...head.methods.keys()]
  const sorted = methods.toSorted((x, y) => Number(head.methods[x].trivial) - Number(head.methods[y].trivial))
  return {
    metric: 0,
    a: sorted[0] ?? -1,
    b: sorted[1] ?? -1,
    by: null,
    low: null,
    high: null,
    class: -1,
    text: '',
    ranges: [],
    order: 'id',
  }
}

/** Who asks for a difference looks for the largest first. */
export function usualOrder(by: ListChoice['by']): ListOrder {
  return by === null ? 'id' : 'ab'
}

/** The choice of an address; what the results do not have stays with the reader, to be told. */
export function readChoice(protocol: ProtocolData, reader: AddressReader): ListChoice {
  const { head, classes } = protocol
  const usual = defaultChoice(protocol)
  const metrics = head.metrics.map(({ id }) => id)
  const methods = head.methods.map(({ id }) => id)
  const a = placeIn(methods, reader.choice('a', methods), usual.a)
  const b = placeIn(methods, reader.choice('b', methods), usual.b === a ? usual.a : usual.b)
  const by = reader.number('by') ?? null
  return {
    metric: placeIn(metrics, reader.choice('k', metrics), usual.metric),
    a,
    b: methods.length < 2 ? -1 : b,
    by,
    low: reader.number('lo') ?? null,
    high: reader.number('hi') ?? null,
    class: placeIn(classes, reader.choice('cls', classes), -1),
    text: reader.text('q') ?? '',
    ranges: readRanges(reader, 'f', (name) => column(metrics, methods, name)).map(({ of, ...range }) => ({
      ...of,
      ...range,
    })),
    order: reader.choice('o', orderNames) ?? usualOrder(by),
  }
}

/** What of a choice stands in the address: all that is not as usual. */
export function writeChoice(protocol: ProtocolData, choice: ListChoice): Address {
  const { head, classes } = protocol
  const usual = defaultChoice(protocol)
  const all: Record<string, string | undefined> = {
    k: choice.metric === usual.metric ? undefined : head.metrics[choice.metric]?.id,
    a: choice.a === usual.a && choice.b === usual.b ? undefined : head.methods[choice.a]?.id,
    b: choice.a === usual.a && choice.b === usual.b ? undefined : head.methods[choice.b]?.id,
    by: textOf(choice.by),
    lo: textOf(choice.low),
    hi: textOf(choice.high),
    cls: choice.class < 0 ? undefined : classes[choice.class],
    q: choice.text || undefined,
    f:
      choice.ranges
        .map(({ metric, method, low, high }) => {
          return `${head.metrics[metric].id}.${head.methods[method].id}:${endOf(low)}..${endOf(high)}`
        })
        .join(',') || undefined,
    o: choice.order === usualOrder(choice.by) ? undefined : choice.order,
  }
  return pickKeys(all, ['k', 'a', 'b', 'by', 'lo', 'hi', 'cls', 'q', 'f', 'o'])
}

/** Place of a value that is known to be in the list. */
function placeIn(list: readonly string[], value: string | undefined, otherwise: number): number {
  return value === undefined ? otherwise : list.indexOf(value)
}

function textOf(value: number | null): string | undefined {
  return value === null ? undefined : String(value)
}

/** An end of a range; '' where it is open. */
function endOf(value: number): string {
  return Number.isFinite(value) ? String(value) : ''
}

/** A column by `metric.method`. */
export function column(
  metrics: readonly string[],
  methods: readonly string[],
  name: string,
): { metric: number; method: number } | undefined {
  for (const [metric, id] of metrics.entries()) {
    const method = name.startsWith(`${id}.`) ? methods.indexOf(name.slice(id.length + 1)) : -1
    if (method >= 0) return { metric, method }
  }
  return undefined
}
