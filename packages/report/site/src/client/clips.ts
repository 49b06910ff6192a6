// The list of all clips: choose a metric and two methods, sort by any column, a hundred clips at a time. The page holds the first hundred already.
import type { ClipsModel } from '../../../src/site-model/site-model.ts'

interface Column {
  title: string
  /** Value to sort by; null sorts last. */
  key: (clip: number) => string | number | null
  text: (clip: number) => string
  kind: 'clip' | 'value' | 'difference'
}

const pageSize = 100
const collator = new Intl.Collator('en', { numeric: true })

/** The table with what is chosen and how it is sorted. */
class ClipTable {
  readonly clips: ClipsModel
  readonly table: HTMLTableElement
  readonly status: Element
  readonly pager: HTMLElement
  readonly pageText: Element
  readonly previous: HTMLButtonElement
  readonly next: HTMLButtonElement

  sort: { column: number; direction: 'ascending' | 'descending' } = { column: 0, direction: 'ascending' }
  page = 0

  constructor(clips: ClipsModel, table: HTMLTableElement) {
    this.clips = clips
    this.table = table
    this.status = document.querySelector('[data-clips-status]')!
    this.pager = document.querySelector<HTMLElement>('[data-clips-pager]')!
    this.pageText = this.pager.querySelector('[data-page-text]')!
    const [previous, next] = this.pager.querySelectorAll('button')
    this.previous = previous
    this.next = next
  }

  listen(): void {
    for (const name of ['metric', 'a', 'b']) picker(name)?.addEventListener('change', () => this.draw())
    picker('name')!.addEventListener('input', () => this.turnTo(0))
    this.previous.addEventListener('click', () => this.turnTo(this.page - 1))
    this.next.addEventListener('click', () => this.turnTo(this.page + 1))
  }

  turnTo(page: number): void {
    this.page = page
    this.draw()
  }

  draw(): void {
    const { clips, table } = this
    const list = columnsOf(clips)
    const metric = clips.metrics[chosen('metric')]
    if (this.sort.column >= list.length) this.sort = { column: 0, direction: 'ascending' }
    const shown = shownClips(clips, list[this.sort.column], this.sort.direction === 'ascending' ? 1 : -1)
    const pages = Math.max(1, Math.ceil(shown.length / pageSize))
    this.page = Math.min(this.page, pages - 1)
    const { page } = this
    this.drawHead(list)
    table.tBodies[0].replaceChildren(
      ...shown.slice(page * pageSize, (page + 1) * pageSize).map((clip) => rowOf(clips, list, clip)),
    )
    table.caption!.firstElementChild!.textContent = `${metric.label}${metric.unit === '' ? '' : ` (${metric.unit})`} by clip, ${metric.better === 'higher' ? 'more' : 'less'} is better`
    this.status.textContent = summary(clips, list, shown)
    this.pager.hidden = pages === 1
    this.pageText.textContent = `page ${page + 1} of ${pages}`
    this.previous.disabled = page === 0
    this.next.disabled = page === pages - 1
  }

  drawHead(list: readonly Column[]): void {
    const row = this.table.tHead!.rows[0]
    const focused = [...row.cells].findIndex((cell) => cell.contains(document.activeElement))
    row.replaceChildren(
      ...list.map((column, index) => {
        const head = document.createElement('th')
        head.scope = 'col'
        if (index === this.sort.column) head.setAttribute('aria-sort', this.sort.direction)
        const button = document.createElement('button')
        button.type = 'button'
        button.className = 'sort'
        button.textContent = column.title
        button.addEventListener('click', () => this.sortBy(index, column))
        head.append(button)
        return head
      }),
    )
    if (focused >= 0) row.cells[focused]?.querySelector('button')?.focus()
  }

  sortBy(index: number, column: Column): void {
    const { better } = this.clips.metrics[chosen('metric')]
    const first = column.kind === 'clip' || better === 'lower' ? 'ascending' : 'descending'
    const opposite = this.sort.direction === 'ascending' ? 'descending' : 'ascending'
    this.sort = { column: index, direction: index === this.sort.column ? opposite : first }
    this.turnTo(0)
  }
}

const element = document.getElementById('clips-data')
const table = document.querySelector<HTMLTableElement>('[data-clips]')
if (element && table) {
  const clips: ClipsModel = JSON.parse(element.textContent)
  const shown = new ClipTable(clips, table)
  shown.listen()
  document.querySelector<HTMLElement>('[data-clips-picker]')!.hidden = false
  shown.draw()
}

function picker(name: string): HTMLSelectElement | HTMLInputElement | null {
  return document.querySelector(`[data-pick=${name}]`)
}

/** Index of what is chosen; −1 where there is no choice. */
function chosen(name: string): number {
  return Number(picker(name)?.value ?? -1)
}

function columnsOf(clips: ClipsModel): Column[] {
  const metric = chosen('metric')
  const { decimals } = clips.metrics[metric]
  const values = clips.values[metric]
  const list: Column[] = [
    { title: 'Clip', key: (clip) => clips.ids[clip], text: (clip) => clips.ids[clip], kind: 'clip' },
    ...clips.methods.map(({ name }, method): Column => ({
      title: name,
      key: (clip) => values[method][clip],
      text: (clip) => number(values[method][clip], decimals, false),
      kind: 'value',
    })),
  ]
  const a = chosen('a')
  const b = chosen('b')
  if (a < 0 || b < 0 || a === b) return list
  const difference = (clip: number) => {
    const [x, y] = [values[a][clip], values[b][clip]]
    return x === null || y === null ? null : x - y
  }
  list.push({
    title: 'A − B',
    key: difference,
    text: (clip) => number(difference(clip), decimals, true),
    kind: 'difference',
  })
  return list
}

/** The clips whose names hold what is typed, in the order of a column; those without a value last. */
function shownClips(clips: ClipsModel, { key }: Column, sign: 1 | -1): number[] {
  const name = picker('name')!.value.trim().toLowerCase()
  return clips.ids
    .map((_, index) => index)
    .filter((clip) => name === '' || `${clips.ids[clip]} ${clips.labels[clip]}`.toLowerCase().includes(name))
    .sort((x, y) => {
      const [a, b] = [key(x), key(y)]
      if (a === null || b === null) return Number(a === null) - Number(b === null)
      return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)))
    })
}

function rowOf(clips: ClipsModel, list: readonly Column[], clip: number): HTMLTableRowElement {
  const row = document.createElement('tr')
  for (const column of list) {
    const cell = document.createElement(column.kind === 'clip' ? 'th' : 'td')
    const href = column.kind === 'clip' ? clips.hrefs[clip] : null
    if (column.kind === 'clip') cell.scope = 'row'
    if (href === null) cell.textContent = column.text(clip)
    else {
      const link = document.createElement('a')
      link.href = href
      link.textContent = column.text(clip)
      cell.append(link)
    }
    row.append(cell)
  }
  return row
}

function summary(clips: ClipsModel, list: readonly Column[], shown: readonly number[]): string {
  const difference = list.find((column) => column.kind === 'difference')
  const count = `${shown.length} of ${clips.ids.length} clips.`
  if (!difference) return count
  const values = shown.map(difference.key).filter((value) => typeof value === 'number')
  const larger = values.filter((value) => value > 0).length
  const smaller = values.filter((value) => value < 0).length
  const a = clips.methods[chosen('a')].name
  const b = clips.methods[chosen('b')].name
  return `${count} A (${a}) is above B (${b}) on ${larger} and below it on ${smaller} of the ${values.length} clips that both have.`
}

function number(value: number | null, decimals: number, signed: boolean): string {
  if (value === null) return '–'
  const text = value.toFixed(decimals).replace('-', '−')
  return signed && value > 0 ? `+${text}` : text
}
