// The list of all clips: choose a metric and two methods, sort by any column, a hundred clips at a time. The page holds the first hundred already.

interface Clips {
  ids: string[]
  hrefs: (string | null)[]
  labels: string[]
  methods: { id: string; name: string; trivial: boolean }[]
  metrics: { key: string; label: string; better: 'higher' | 'lower'; decimals: number; unit: string }[]
  values: (number | null)[][][]
}

interface Column {
  title: string
  /** Value to sort by; null sorts last. */
  key: (clip: number) => string | number | null
  text: (clip: number) => string
  kind: 'clip' | 'value' | 'difference'
}

const pageSize = 100
const element = document.getElementById('clips-data')
const table = document.querySelector<HTMLTableElement>('[data-clips]')
if (element && table) setUp(JSON.parse(element.textContent) as Clips, table)

function setUp(clips: Clips, table: HTMLTableElement): void {
  const pick = (name: string) => document.querySelector<HTMLSelectElement | HTMLInputElement>(`[data-pick=${name}]`)
  const status = document.querySelector('[data-clips-status]')!
  const pager = document.querySelector<HTMLElement>('[data-clips-pager]')!
  const pageText = pager.querySelector('[data-page-text]')!
  const [previous, next] = pager.querySelectorAll('button')
  const collator = new Intl.Collator('en', { numeric: true })
  let sort: { column: number; direction: 'ascending' | 'descending' } = { column: 0, direction: 'ascending' }
  let page = 0

  function columns(): Column[] {
    const metric = Number(pick('metric')!.value)
    const { decimals } = clips.metrics[metric]
    const values = clips.values[metric]
    const value = (method: number): Column => ({
      title: clips.methods[method].name,
      key: (clip) => values[method][clip],
      text: (clip) => number(values[method][clip], decimals, false),
      kind: 'value',
    })
    const list: Column[] = [
      { title: 'Clip', key: (clip) => clips.ids[clip], text: (clip) => clips.ids[clip], kind: 'clip' },
      ...clips.methods.map((_, method) => value(method)),
    ]
    const a = Number(pick('a')?.value ?? -1)
    const b = Number(pick('b')?.value ?? -1)
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

  function draw(): void {
    const list = columns()
    const metric = clips.metrics[Number(pick('metric')!.value)]
    const name = pick('name')!.value.trim().toLowerCase()
    if (sort.column >= list.length) sort = { column: 0, direction: 'ascending' }
    const { key } = list[sort.column]
    const sign = sort.direction === 'ascending' ? 1 : -1
    const shown = clips.ids
      .map((_, index) => index)
      .filter((clip) => name === '' || `${clips.ids[clip]} ${clips.labels[clip]}`.toLowerCase().includes(name))
      .sort((x, y) => {
        const [a, b] = [key(x), key(y)]
        if (a === null || b === null) return Number(a === null) - Number(b === null)
        return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)))
      })
    const pages = Math.max(1, Math.ceil(shown.length / pageSize))
    page = Math.min(page, pages - 1)
    drawHead(list)
    table.tBodies[0].replaceChildren(
      ...shown.slice(page * pageSize, (page + 1) * pageSize).map((clip) => drawRow(list, clip, metric.better)),
    )
    table.caption!.firstElementChild!.textContent = `${metric.label}${metric.unit === '' ? '' : ` (${metric.unit})`} by clip, ${metric.better === 'higher' ? 'more' : 'less'} is better`
    status.textContent = summary(list, shown, metric.better)
    pager.hidden = pages === 1
    pageText.textContent = `page ${page + 1} of ${pages}`
    previous.disabled = page === 0
    next.disabled = page === pages - 1
  }

  function drawHead(list: readonly Column[]): void {
    const row = table.tHead!.rows[0]
    const focused = [...row.cells].findIndex((cell) => cell.contains(document.activeElement))
    row.replaceChildren(
      ...list.map((column, index) => {
        const head = document.createElement('th')
        head.scope = 'col'
        if (index === sort.column) head.setAttribute('aria-sort', sort.direction)
        const button = document.createElement('button')
        button.type = 'button'
        button.className = 'sort'
        button.textContent = column.title
        button.addEventListener('click', () => sortBy(index, column))
        head.append(button)
        return head
      }),
    )
    if (focused >= 0) row.cells[focused]?.querySelector('button')?.focus()
  }

  function sortBy(index: number, column: Column): void {
    const { better } = clips.metrics[Number(pick('metric')!.value)]
    const first = column.kind === 'clip' || better === 'lower' ? 'ascending' : 'descending'
    const opposite = sort.direction === 'ascending' ? 'descending' : 'ascending'
    sort = { column: index, direction: index === sort.column ? opposite : first }
    page = 0
    draw()
  }

  function drawRow(list: readonly Column[], clip: number, better: 'higher' | 'lower'): HTMLTableRowElement {
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
      const value = column.key(clip)
      if (column.kind === 'difference' && typeof value === 'number' && value !== 0)
        cell.className = value > 0 === (better === 'higher') ? 'wins' : 'loses'
      row.append(cell)
    }
    return row
  }

  function summary(list: readonly Column[], shown: readonly number[], better: 'higher' | 'lower'): string {
    const difference = list.find((column) => column.kind === 'difference')
    const count = `${shown.length} of ${clips.ids.length} clips.`
    if (!difference) return count
    const values = shown.map(difference.key).filter((value) => typeof value === 'number')
    const wins = values.filter((value) => value !== 0 && value > 0 === (better === 'higher')).length
    const a = clips.methods[Number(pick('a')!.value)].name
    const b = clips.methods[Number(pick('b')!.value)].name
    return `${count} A (${a}) beats B (${b}) on ${wins} of the ${values.length} clips that both have.`
  }

  for (const name of ['metric', 'a', 'b']) pick(name)?.addEventListener('change', draw)
  pick('name')!.addEventListener('input', () => {
    page = 0
    draw()
  })
  previous.addEventListener('click', () => {
    page--
    draw()
  })
  next.addEventListener('click', () => {
    page++
    draw()
  })
  document.querySelector<HTMLElement>('[data-clips-picker]')!.hidden = false
  draw()
}

function number(value: number | null, decimals: number, signed: boolean): string {
  if (value === null) return '–'
  const text = value.toFixed(decimals).replace('-', '−')
  return signed && value > 0 ? `+${text}` : text
}
