import { kendallTau } from '@kinemetric/metrics'
import type { ComparedColumn, OtherRecipe } from '@kinemetric/records'

/**
 * What other recipes of the same metric say of the same methods on the same clips: whether the order and the separations stay. A pair that is separated
 * under both and lies the other way round is reversed, and both columns say so.
 */
export function withOtherRecipes(columns: readonly ComparedColumn[]): ComparedColumn[] {
  return columns.map((column) => {
    const others = columns.filter((other) => other !== column && sameMethods(column, other))
    return others.length === 0 ? column : { ...column, otherRecipes: others.map((other) => compareWith(column, other)) }
  })
}

const names = ({ family }: ComparedColumn) => JSON.stringify(family.methods.toSorted())

function sameMethods(a: ComparedColumn, b: ComparedColumn): boolean {
  return a.metric === b.metric && a.ranks.length > 1 && a.clips.common === b.clips.common && names(a) === names(b)
}

function compareWith(column: ComparedColumn, other: ComparedColumn): OtherRecipe {
  const valueOf = new Map(other.ranks.map(({ method, value }) => [method, value]))
  // Both turned so that larger is better.
  const [own, theirs] = [column, other].map(({ better }) => (better === 'higher' ? 1 : -1))
  const tau = kendallTau(
    column.ranks.map(({ value }) => own * value),
    column.ranks.map(({ method }) => theirs * (valueOf.get(method) ?? 0)),
  )
  const result: OtherRecipe = {
    recipe: other.recipe,
    signature: other.signature,
    tau,
    kept: 0,
    appears: 0,
    vanishes: 0,
    reversed: [],
  }
  for (const pair of column.pairs) {
    const here = direction(column, pair.first, pair.second)
    const there = direction(other, pair.first, pair.second)
    if (here === there) result.kept++
    else if (here === 0) result.appears++
    else if (there === 0) result.vanishes++
    else result.reversed.push([pair.first, pair.second])
  }
  return result
}

/** 1 where the first is separated as the better one, −1 as the worse one, 0 where the two are not separated. */
function direction({ pairs }: ComparedColumn, first: string, second: string): number {
  const pair = pairs.find((item) => item.first === first && item.second === second)
  const turned = pair ?? pairs.find((item) => item.first === second && item.second === first)
  const sign = pair === undefined ? -1 : 1
  return turned?.verdict === 'first-better' ? sign : turned?.verdict === 'second-better' ? -sign : 0
}
