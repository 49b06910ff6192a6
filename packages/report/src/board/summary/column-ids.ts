import type { BoardColumn } from '../board-columns.ts'

/**
 * What addresses call the columns of a board, in their order: `lpips`, and where a metric has several columns `lpips:vgg` for each but the first. Two that
 * differ by neither metric nor recipe are counted: `lpips:vgg:2`.
 */
export function columnIds(columns: readonly Pick<BoardColumn, 'metric' | 'recipe'>[]): string[] {
  const taken = new Set<string>()
  return columns.map(({ metric, recipe }) => {
    const named = taken.has(metric) ? `${metric}:${recipe}` : metric
    let id = named
    for (let count = 2; taken.has(id); count++) id = `${named}:${count}`
    taken.add(id)
    return id
  })
}
