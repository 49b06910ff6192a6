// The leaderboard: which metrics are seen and how, order, the matrix of another metric, copies and citations. Without it all tables stand one below another.
import type { Address } from './address/address.ts'
import { AddressReader } from './address/read-values.ts'
import { linkTo, showAddress } from './address/show-address.ts'
import { Matrix } from './board/matrix.ts'
import { type Shown, ShownTables, views } from './board/shown-tables.ts'
import { isFormat, loadTables } from './board/tables.ts'
import { pageBoard } from './data/load-data.ts'
import { iframeText } from './page/iframe-text.ts'
import { closingMenus, copyText, say } from './page/say-copied.ts'

const tools = document.querySelector<HTMLElement>('[data-board-tools]')
const tables = new ShownTables((sort) => change({ sort }))
const keyOf = new Map(
  [...document.querySelectorAll<HTMLElement>('th[data-column]')].map((head) => [
    head.dataset.column ?? '',
    head.dataset.key ?? '',
  ]),
)
const matrix = new Matrix((key) => change({ metric: [...keyOf].find(([, each]) => each === key)?.[0] ?? shown.metric }))
const phone = matchMedia('(max-width: 40rem)')

const initial: Shown = {
  family: tables.families[0] ?? 'all',
  view: 'table',
  metric: tables.metrics[0] ?? '',
  sort: null,
}
let shown = fromAddress()

function fromAddress(): Shown {
  const reader = new AddressReader(location.search)
  const families = reader.choices('cols', [...tables.families, 'all'])
  const metric = reader.choice('k', tables.metrics)
  const view = reader.choice('view', views)
  const columns = ['method', ...tables.metrics]
  const sort = reader.choice('sort', [...columns, ...columns.map((column) => `-${column}`)])
  const notices = reader.notices(pageBoard)
  const place = document.querySelector<HTMLElement>('[data-notice]')
  if (place) {
    place.textContent = notices.join(' ')
    place.hidden = notices.length === 0
  }
  const ofMetric = tables.tables.find(({ columns }) => metric !== undefined && columns.includes(metric))?.id
  return {
    family: families?.[0] ?? ofMetric ?? initial.family,
    view: view ?? initial.view,
    metric: metric ?? tables.tables.find(({ id }) => id === families?.[0])?.columns[1] ?? initial.metric,
    sort: sort === undefined ? null : { column: sort.replace(/^-/, ''), turned: sort.startsWith('-') },
  }
}

function toAddress({ family, view, metric, sort }: Shown): Address {
  const first = tables.tables.find(({ id }) => id === family)?.columns[1] ?? initial.metric
  return {
    ...(metric === first ? {} : { k: metric }),
    ...(family === initial.family ? {} : { cols: family }),
    ...(sort === null ? {} : { sort: `${sort.turned ? '-' : ''}${sort.column}` }),
    ...(view === initial.view ? {} : { view }),
  }
}

function change(part: Partial<Shown>): void {
  shown = { ...shown, ...part }
  tables.show(shown)
  void matrix.show(keyOf.get(shown.metric) ?? '')
  showAddress(toAddress(shown))
}

async function take(button: HTMLElement): Promise<void> {
  const { copy, cite } = button.dataset
  if (copy === 'link') return copyText(linkTo(toAddress(shown), pageBoard), 'link', button)
  if (copy === 'embed') return copyText(embedding(), 'iframe', button)
  const made = await loadTables()
  if (isFormat(copy)) {
    const { text, what } = made.copy(shown, copy)
    return copyText(text, what, button)
  }
  if (cite !== undefined) return copyText(made.cite(shown, cite), 'BibTeX', button)
}

/** A frame for another page that shows these tables alone, as high as they are here. */
function embedding(): string {
  const seen = tables.tables.filter(({ section }) => !section.hidden)
  const height = seen.reduce((sum, { section }) => sum + section.offsetHeight, 0) + 80
  return iframeText(linkTo(toAddress(shown), pageBoard), document.querySelector('h1')?.textContent ?? '', height)
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null
  if (button === null) return
  const { showFamily, view, copy, cite } = button.dataset
  if (showFamily !== undefined) {
    const metric = tables.tables.find(({ id }) => id === showFamily)?.columns[1] ?? shown.metric
    change({ family: showFamily, metric, sort: null })
  } else if (view !== undefined) change({ view: views.find((each) => each === view) ?? 'table' })
  else if (copy !== undefined || cite !== undefined)
    take(button).catch((error: unknown) =>
      say(
        button.closest('.take')?.querySelector<HTMLElement>('[data-said]') ?? null,
        error instanceof Error ? error.message : String(error),
      ),
    )
})
document.querySelector<HTMLSelectElement>('[data-pick]')?.addEventListener('change', ({ currentTarget }) => {
  if (!(currentTarget instanceof HTMLSelectElement)) return
  const metric = currentTarget.value
  const family = tables.tables.find(({ columns }) => columns.includes(metric))?.id ?? shown.family
  change({ metric, family })
})
addEventListener('popstate', () => {
  shown = fromAddress()
  tables.show(shown)
})

if (tools !== null) {
  tools.hidden = false
  closingMenus()
  tables.show(shown)
  void matrix.show(keyOf.get(shown.metric) ?? '')
  // What a phone has no room for stands behind a press.
  if (phone.matches)
    for (const details of document.querySelectorAll<HTMLDetailsElement>('details.how')) details.open = false
}
