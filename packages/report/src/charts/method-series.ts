import { seriesCount } from './method-style.ts'

/** What methods were drawn as, by their ids: numbers from 1 to 12, see `methodStyle`. */
export type MethodSeries = ReadonlyMap<string, number>

/**
 * The number by which each method is drawn, by its id and never by its rank or name. What an earlier site gave a method it keeps; others take the next free number in
 * the order of their ids, methods before what is trivial (the first numbers differ most). Where all are taken, the least used one is taken again.
 *
 * @param earlier what the site that stands gave; empty where there is none
 */
export function methodSeries(
  methods: readonly { id: string; trivial: boolean }[],
  earlier: MethodSeries = new Map(),
): MethodSeries {
  const given = new Map<string, number>()
  const uses = Array.from({ length: seriesCount }, () => 0)
  const give = (id: string, number: number) => {
    given.set(id, number)
    uses[number - 1]++
  }
  for (const { id } of methods) {
    const number = earlier.get(id)
    if (number !== undefined) give(id, number)
  }
  const byId = methods.toSorted((a, b) => Number(a.trivial) - Number(b.trivial) || (a.id < b.id ? -1 : 1))
  for (const { id } of byId) if (!given.has(id)) give(id, uses.indexOf(Math.min(...uses)) + 1)
  return given
}
