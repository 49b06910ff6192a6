import { type TableOrder, sortable } from '../page/sort-table.ts'

/** Which tables of the leaderboard are seen, and how. */
export interface Shown {
  /** A family's id, or `all`. */
  family: string
  view: 'table' | 'ranks' | 'matrix'
  /** Id of the column that phones show, as addresses call it. */
  metric: string
  /** Column id and whether it is turned; null for the order in which the tables came. */
  sort: { column: string; turned: boolean } | null
}

export const views = ['table', 'ranks', 'matrix'] as const

interface FamilyTable {
  id: string
  section: HTMLElement
  table: HTMLTableElement
  /** Column ids, the method's name first. */
  columns: string[]
  order: (order: TableOrder) => void
}

/** The tables of the page, one a family, with what orders and shows them. */
export class ShownTables {
  readonly tables: FamilyTable[]

  constructor(onSort: (sort: Shown['sort']) => void) {
    this.tables = [...document.querySelectorAll<HTMLElement>('[data-family]')].flatMap((section) => {
      const table = section.querySelector('table')
      if (table === null) return []
      const heads = [...table.tHead!.rows[0].cells]
      const columns = heads.map((head) => head.dataset.column ?? 'method')
      const first = heads.map((head) => head.querySelector<HTMLElement>('.sort')?.dataset.first)
      const order = sortable(table, (now) =>
        onSort(now === null ? null : { column: columns[now.column], turned: now.direction !== first[now.column] }),
      )
      return [{ id: section.dataset.family ?? '', section, table, columns, order }]
    })
  }

  get families(): string[] {
    return this.tables.map(({ id }) => id)
  }

  /** Ids of all columns, in the order of the page. */
  get metrics(): string[] {
    return this.tables.flatMap(({ columns }) => columns.slice(1))
  }

  /** Shows what is to be seen. On phones the picked metric's family is the one that is seen, without a picked metric all. */
  show({ family, view, metric, sort }: Shown): void {
    document.body.dataset.view = view
    for (const { id, section, table, columns, order } of this.tables) {
      section.hidden = family !== 'all' && id !== family
      const picked = columns.indexOf(metric)
      section.classList.toggle('not-picked', metric !== '' && picked < 0)
      table.classList.toggle('picked', picked > 0)
      for (const row of table.rows)
        for (const [at, cell] of [...row.cells].entries()) cell.classList.toggle('shown', at === picked)
      const column = sort === null ? -1 : columns.indexOf(sort.column)
      const first = table.tHead!.rows[0].cells.item(Math.max(0, column))?.querySelector<HTMLElement>('.sort')
        ?.dataset.first
      const best = first === 'descending' ? 'descending' : 'ascending'
      const turned = best === 'ascending' ? 'descending' : 'ascending'
      order(column < 0 ? null : { column, direction: sort?.turned === true ? turned : best })
    }
    for (const button of document.querySelectorAll<HTMLElement>('[data-show-family]'))
      button.setAttribute('aria-pressed', String(button.dataset.showFamily === family))
    for (const button of document.querySelectorAll<HTMLElement>('[data-view]'))
      if (button instanceof HTMLButtonElement) button.setAttribute('aria-pressed', String(button.dataset.view === view))
    const pick = document.querySelector<HTMLSelectElement>('[data-pick]')
    if (pick !== null) pick.value = metric
  }
}
