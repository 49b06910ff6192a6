// Tables sorted by their column heads: click, Enter or Space. Cells without a value stay at the end, whichever way.

for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sortable]')) {
  const heads = [...table.tHead!.rows[0].cells]
  for (const [index, head] of heads.entries()) {
    let button = head.querySelector<HTMLButtonElement>('.sort')
    if (!button) {
      button = document.createElement('button')
      button.type = 'button'
      button.className = 'sort'
      button.append(...head.childNodes)
      head.append(button)
    }
    button.addEventListener('click', () => sortBy(table, heads, index, button))
  }
}

function sortBy(
  table: HTMLTableElement,
  heads: HTMLTableCellElement[],
  index: number,
  button: HTMLButtonElement,
): void {
  const head = heads[index]
  const first = button.dataset.first === 'descending' ? 'descending' : 'ascending'
  const before = head.getAttribute('aria-sort')
  const direction = before === null ? first : before === 'ascending' ? 'descending' : 'ascending'
  for (const other of heads) other.removeAttribute('aria-sort')
  head.setAttribute('aria-sort', direction)
  const sign = direction === 'ascending' ? 1 : -1
  // Methods, baselines and floors are bodies of their own: each stays where it is.
  for (const body of table.tBodies) sortBody(body, index, sign)
  const status = document.getElementById(table.dataset.announce ?? '')
  if (status)
    status.textContent = `Sorted by ${(button.textContent ?? '').replace(/[↑↓\s]+/g, ' ').trim()}, ${direction}`
}

function sortBody(body: HTMLTableSectionElement, index: number, sign: number): void {
  const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[index]) }))
  rows.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
    if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key)
    return sign * String(a.key).localeCompare(String(b.key), 'en', { numeric: true })
  })
  body.append(...rows.map(({ row }) => row))
}

function keyOf(cell: HTMLTableCellElement): string | number | null {
  const text = (cell.dataset.value ?? cell.textContent ?? '').trim()
  if (text === '' || text === '–') return null
  const number = Number(text.replace('−', '-'))
  return Number.isNaN(number) ? text : number
}
