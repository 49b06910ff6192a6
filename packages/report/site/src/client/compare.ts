// Two methods side by side: what separates them, metric by metric, and clip by clip.
import { metricFamilies } from '../../../src/board/summary/metric-families.ts'
import { columnIds } from '../../../src/board/summary/column-ids.ts'
import { comparedMetrics, compareSentences, compareTable } from '../../../src/views/compare-methods.ts'
import type { Address } from './address/address.ts'
import { AddressReader } from './address/read-values.ts'
import { linkTo, showAddress } from './address/show-address.ts'
import { openBoard, type OpenedBoard } from './board/opened-board.ts'
import { isFormat, loadTables } from './board/tables.ts'
import { showClips } from './compare/clip-by-clip.ts'
import { loadData, pageBoard } from './data/load-data.ts'
import { iframeText } from './page/iframe-text.ts'
import { closingMenus, copyText } from './page/say-copied.ts'
import { toDom } from './page/to-dom.ts'

interface Shown {
  a: string
  b: string
  metric: string
}

const form = document.querySelector<HTMLFormElement>('[data-pick-pair]')
const selects = (['a', 'b'] as const).map((name) => form?.querySelector<HTMLSelectElement>(`[name=${name}]`) ?? null)
const place = document.querySelector<HTMLElement>('[data-compare]')
const sentence = document.querySelector<HTMLElement>('[data-sentence]')

function start(loaded: OpenedBoard): void {
  const { board } = loaded
  if (form === null || board.rows.length < 2) return
  const ids = columnIds(board.columns)
  const read = (): Shown => {
    const reader = new AddressReader(location.search)
    const known = board.rows.map(({ id }) => id)
    const first = rankedFirst(loaded)
    const [namedA, namedB] = [reader.choice('a', known), reader.choice('b', known)]
    const a = namedA ?? first.find((id) => id !== namedB) ?? first[0]
    const b = namedB ?? first.find((id) => id !== a) ?? known.find((id) => id !== a) ?? a
    const metric = reader.choice('k', ids) ?? ids[0]
    tell(reader.notices(pageBoard))
    return { a, b, metric }
  }
  let shown = read()
  const addressOf = ({ a, b, metric }: Shown): Address => ({ a, b, ...(metric === ids[0] ? {} : { k: metric }) })
  const nameOf = (id: string) => board.rows.find((row) => row.id === id)?.name ?? id
  const draw = () => {
    const [nameA, nameB] = [nameOf(shown.a), nameOf(shown.b)]
    for (const [at, select] of selects.entries()) if (select !== null) select.value = at === 0 ? shown.a : shown.b
    const metric = form.querySelector<HTMLSelectElement>('[name=k]')
    if (metric !== null) metric.value = shown.metric
    const title = document.querySelector('[data-title]')
    if (title !== null) title.textContent = `${nameA} against ${nameB}`
    document.title = `${nameA} against ${nameB}`
    const metrics = comparedMetrics(board, shown.a, shown.b)
    if (sentence !== null)
      sentence.textContent =
        shown.a === shown.b ? 'Choose two methods.' : compareSentences(metrics, nameA, nameB).join(' ')
    const table = compareTable(
      metrics,
      nameA,
      (column) => `../metrics.html#metric-${column.metric.replace(/[^A-Za-z0-9_-]+/g, '-')}`,
    )
    const caption = document.createElement('p')
    caption.className = 'caption'
    caption.id = 'compare-caption'
    caption.textContent = `${nameA} minus ${nameB}. p is corrected by Holm over all pairs of a metric; each metric at its own level, no sum over metrics. Units differ, so each row’s axis is the difference over the sd of its paired differences; of distances between sets, over what this n resolves.`
    const scroll = document.createElement('div')
    scroll.className = 'table-scroll'
    scroll.tabIndex = 0
    scroll.setAttribute('role', 'region')
    scroll.setAttribute('aria-labelledby', caption.id)
    scroll.append(toDom(table))
    const clips = document.createElement('section')
    place?.replaceChildren(caption, scroll, clips)
    showClips(clips, loaded, shown).catch((error: unknown) => {
      clips.textContent = error instanceof Error ? error.message : String(error)
    })
  }
  const change = (part: Partial<Shown>) => {
    shown = { ...shown, ...part }
    showAddress(addressOf(shown), true)
    draw()
  }
  for (const [at, select] of selects.entries())
    select?.addEventListener('change', () => change(at === 0 ? { a: select.value } : { b: select.value }))
  form.querySelector('[data-swap]')?.addEventListener('click', () => change({ a: shown.b, b: shown.a }))
  form.querySelector<HTMLSelectElement>('[name=k]')?.addEventListener('change', ({ currentTarget }) => {
    if (currentTarget instanceof HTMLSelectElement) change({ metric: currentTarget.value })
  })
  for (const button of form.querySelectorAll<HTMLElement>('[data-copy]'))
    button.addEventListener('click', () => {
      const { copy } = button.dataset
      const link = linkTo(addressOf(shown), pageBoard)
      if (copy === 'link') void copyText(link, 'link', button)
      else if (copy === 'embed')
        void copyText(iframeText(link, document.title, (place?.offsetHeight ?? 400) + 120), 'iframe', button)
      else if (isFormat(copy))
        void loadTables().then((tables) => {
          const { text, what } = tables.copyPair(shown.a, shown.b, copy)
          return copyText(text, what, button)
        })
    })
  addEventListener('popstate', () => {
    shown = read()
    draw()
  })
  form.hidden = false
  const all = document.querySelector<HTMLDetailsElement>('[data-all-pairs]')
  if (all !== null) all.open = false
  closingMenus()
  draw()
}

/** Ids in the order of the first metric of the first family, ranked ones first. */
function rankedFirst({ board }: OpenedBoard): string[] {
  const [family] = metricFamilies(board)
  const ranked = board.columns[family?.columns[0] ?? 0]?.compared?.ranks.map(({ method }) => method) ?? []
  return [...new Set([...ranked, ...board.rows.map(({ id }) => id)])]
}

function tell(notices: readonly string[]): void {
  const notice = document.querySelector<HTMLElement>('[data-notice]')
  if (notice === null) return
  notice.textContent = notices.join(' ')
  notice.hidden = notices.length === 0
}

loadData('board').then(
  (file) => start(openBoard(file)),
  (error: unknown) => tell([error instanceof Error ? error.message : String(error)]),
)
