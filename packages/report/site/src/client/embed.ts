// A table of the leaderboard, two methods side by side, or a clip, in a frame of another page. It tells the page around it how high it is, and nothing else.
import { columnIds } from '../../../src/board/summary/column-ids.ts'
import { comparedMetrics, compareSentences, compareTable } from '../../../src/views/compare-methods.ts'
import { AddressReader } from './address/read-values.ts'
import { openBoard } from './board/opened-board.ts'
import { ShownTables, views } from './board/shown-tables.ts'
import { loadData, pageBoard, runScript } from './data/load-data.ts'
import { toDom } from './page/to-dom.ts'

// Where this script came from, the player's lies too.
const here = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : ''
const tables = new ShownTables(() => {})
const reader = new AddressReader(location.search)
const source = document.querySelector<HTMLAnchorElement>('[data-source]')

async function showPair(a: string, b: string): Promise<void> {
  const { board } = openBoard(await loadData('board'))
  const nameOf = (id: string) => board.rows.find((row) => row.id === id)?.name ?? id
  for (const { section } of tables.tables) section.hidden = true
  const title = document.querySelector('[data-title]')
  if (title !== null) title.textContent = `${nameOf(a)} against ${nameOf(b)}`
  const metrics = comparedMetrics(board, a, b)
  const sentence = document.createElement('p')
  sentence.id = 'compare-caption'
  sentence.textContent = compareSentences(metrics, nameOf(a), nameOf(b)).join(' ')
  const ids = columnIds(board.columns)
  const table = compareTable(metrics, nameOf(a), (column) => {
    return `compare.html?k=${encodeURIComponent(ids[board.columns.indexOf(column)])}&a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`
  })
  document.querySelector('[data-compare]')?.replaceChildren(sentence, toDom(table))
}

function showTables(): void {
  const family = reader.choice('cols', [...tables.families, 'all']) ?? 'all'
  const columns = ['method', ...tables.metrics]
  const sort = reader.choice('sort', [...columns, ...columns.map((column) => `-${column}`)])
  // There is nothing to pick with here: on phones a metric that the address names, else all of them.
  const metric = reader.choice('k', tables.metrics) ?? ''
  const view = reader.choice('view', views) ?? 'table'
  tables.show({
    family,
    view: view === 'matrix' ? 'table' : view,
    metric,
    sort: sort === undefined ? null : { column: sort.replace(/^-/, ''), turned: sort.startsWith('-') },
  })
}

function tellHeight(): void {
  if (parent !== window) parent.postMessage({ kinemetricHeight: document.documentElement.scrollHeight }, '*')
}

/** The player of a clip: its page's own script, which finds what it reads in the same address. */
async function showClip(): Promise<void> {
  for (const { section } of tables.tables) section.hidden = true
  document.querySelector('[data-title]')?.remove()
  const root = document.createElement('div')
  root.className = 'clip-page'
  root.dataset.clipPage = ''
  root.dataset.embedded = ''
  document.querySelector('main')?.prepend(root)
  await runScript(here.replace(/[^/]*$/, 'clip.js'))
}

async function start(): Promise<void> {
  new ResizeObserver(tellHeight).observe(document.body)
  const [a, b] = [reader.text('a'), reader.text('b')]
  if (reader.text('c') !== undefined) {
    if (source !== null) source.href = `clip.html${location.search}`
    return showClip()
  }
  if (a !== undefined && b !== undefined) {
    await showPair(a, b)
    if (source !== null) source.href = `compare.html${location.search}`
  } else {
    showTables()
    if (source !== null) source.href = `index.html${location.search}`
  }
  const notices = reader.notices(pageBoard)
  const notice = document.querySelector<HTMLElement>('[data-notice]')
  if (notice !== null) {
    notice.textContent = notices.join(' ')
    notice.hidden = notices.length === 0
  }
}

void start()
