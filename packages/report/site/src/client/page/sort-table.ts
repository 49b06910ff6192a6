/** How a table is ordered: by which column, and which way; null is the order in which it came. */
export type TableOrder = { column: number; direction: 'ascending' | 'descending' } | null

/**
 * Lets a table be ordered by its heads: the first press puts the best first, the second turns, the third returns to the order in which it came. Bodies stay
 * apart, and cells without a value stand last, whichever way.
 * @param onSort told the new order
 */
export function sortable(
  table: HTMLTableElement,
  onSort: (order: TableOrder) => void = () => {},
): (order: TableOrder) => void {
  const heads = [...table.tHead!.rows[0].cells]
  const came = [...table.tBodies].map((body) => [...body.rows])
  const status = document.getElementById(table.dataset.announce ?? '')
  let now: TableOrder = null
  const apply = (order: TableOrder) => {
    now = order
    for (const [index, head] of heads.entries())
      if (order?.column === index) head.setAttribute('aria-sort', order.direction)
      else head.removeAttribute('aria-sort')
    for (const [index, body] of [...table.tBodies].entries())
      body.append(...(order === null ? came[index] : ordered(came[index], order)))
  }
  for (const [index, head] of heads.entries()) {
    const button = head.querySelector<HTMLButtonElement>('.sort')
    button?.addEventListener('click', () => {
      const first = button.dataset.first === 'descending' ? 'descending' : 'ascending'
      const turned = first === 'ascending' ? 'descending' : 'ascending'
      const order: TableOrder =
        now?.column !== index
          ? { column: index, direction: first }
          : now.direction === first
            ? { column: index, direction: turned }
            : null
      apply(order)
      if (status) {
        const name = (button.firstChild?.textContent ?? '').replace(/\s+/g, ' ').trim()
        status.textContent =
          order === null ? 'In the order of the first metric' : `Sorted by ${name}, ${order.direction}`
      }
      onSort(order)
    })
  }
  return apply
}

function ordered(rows: readonly HTMLTableRowElement[], { column, direction }: NonNullable<TableOrder>) {
  const sign = direction === 'ascending' ? 1 : -1
  // A rule's row heads its body.
  const keyed = rows.map((row) => ({ row, rule: row.cells.length <= column, key: keyOf(row.cells.item(column)) }))
  return keyed
    .toSorted((a, b) => {
      if (a.rule || b.rule) return Number(b.rule) - Number(a.rule)
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
      if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key)
      return sign * String(a.key).localeCompare(String(b.key), 'en', { numeric: true })
    })
    .map(({ row }) => row)
}

function keyOf(cell: HTMLTableCellElement | null): string | number | null {
  const text = (cell?.dataset.value ?? cell?.textContent ?? '').trim()
  if (text === '') return null
  const number = Number(text)
  return Number.isNaN(number) ? text : number
}
