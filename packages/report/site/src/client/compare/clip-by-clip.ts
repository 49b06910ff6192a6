import { columnsCsv } from '../clips/clips-text.ts'
import { formatNumber } from '../../../../src/board/format-score.ts'
import { pairOf } from '../../../../src/board/pair-view.ts'
import { counted, countText } from '../../../../src/board/summary/counted-words.ts'
import { referenceSide, sideOfMethod, thumbAddress } from '../../../../src/data-files/media-address.ts'
import type { ClipMetric, ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { element, type Markup } from '../../../../src/markup/element.ts'
import { binAt, differencePlot, type PlottedDifferences, plotScale } from '../../../../src/views/difference-plot.ts'
import { type Address, writeAddress } from '../address/address.ts'
import type { OpenedBoard } from '../board/opened-board.ts'
import { loadClasses, loadColumn, loadProtocol } from '../data/protocol-data.ts'
import { figureButtons } from '../page/take-figure.ts'
import { toDom } from '../page/to-dom.ts'
import { byClass } from './by-class.ts'
import { overQuantiles } from './twelve-clips.ts'

export interface ComparedPair {
  a: string
  b: string
  /** As addresses call it. */
  metric: string
}

/** The differences of two methods clip by clip in one metric: how they spread, by class, and twelve clips over all of their range. Answers the metrics that have values by clip. */
export async function showClips(
  place: HTMLElement,
  { board }: OpenedBoard,
  { a, b, metric }: ComparedPair,
): Promise<void> {
  const protocol = await loadProtocol()
  const { methods, metrics } = protocol.head
  const [first, second] = [a, b].map((id) => methods.findIndex((method) => method.id === id))
  const chosen = metrics.findIndex(({ id }) => id === metric)
  const at = chosen < 0 ? 0 : chosen
  const shown = metrics[at]
  if (shown === undefined || first < 0 || second < 0) return place.replaceChildren()
  const [columns, told] = await Promise.all([loadColumn(protocol, at), loadClasses(protocol, at)])
  const values = [...columns[first].values].map((value, clip) => value - columns[second].values[clip])
  const finite = values.filter(Number.isFinite)
  const column = board.columns.find((each) => each.metric === shown.metric && each.recipe === shown.recipe)
  const pairs = [...(column?.compared?.pairs ?? []), ...(column?.compared?.trivialPairs ?? [])]
  const view = pairOf(pairs, a, b)
  const [nameA, nameB] = [methods[first].name, methods[second].name]
  const title = `${nameA} − ${nameB}${shown.unit === '' ? '' : ` (${shown.unit})`}`
  const plotted: PlottedDifferences = {
    values: finite,
    mean: view?.difference ?? null,
    interval: view?.interval ?? null,
    decimals: shown.decimals,
    title,
  }
  const list = (query: Address) => `clips.html${writeAddress({ k: shown.id, a, b, ...query })}`
  const plot = toDom(differencePlot(plotted))
  plot.addEventListener('click', (event) => {
    if (!(event instanceof MouseEvent)) return
    const box = plot.getBoundingClientRect()
    const { low, high } = binAt(plotScale(plotted), ((event.clientX - box.left) / box.width) * 720)
    location.assign(list({ lo: low.toFixed(shown.decimals + 1), hi: high.toFixed(shown.decimals + 1) }))
  })
  const larger = finite.filter((value) => value > 0).length
  const smaller = finite.filter((value) => value < 0).length
  const words = `${counted(finite.length, 'clip')} that both have: ${nameA} larger on ${countText(larger)}, smaller on ${countText(smaller)}, neither on ${countText(finite.length - larger - smaller)}. A press on the picture lists the clips there.`
  const csv = () =>
    columnsCsv(
      protocol.ids,
      [first, second].map((method) => ({ id: methods[method].id, printed: columns[method].printed })),
      shown.decimals,
    )
  place.replaceChildren(
    ...[
      element('h2', { id: 'clip-by-clip' }, `Clip by clip: ${shown.label}`),
      element('p', { class: 'note' }, words),
    ].map(toDom),
    plot,
    ...(plot instanceof SVGElement
      ? [figureButtons(plot, `${shown.label} ${title}`, () => Promise.resolve(csv()))]
      : []),
    ...[
      element(
        'p',
        { class: 'note' },
        element('a', { href: list({ o: 'ab' }) }, `Clips where ${nameA} is better`),
        ' · ',
        element('a', { href: list({ o: 'ba' }) }, `Clips where ${nameB} is better`),
      ),
      ...byClass(protocol, { values, pair: [first, second], told }, shown, list),
      ...twelve(protocol, values, [first, second], shown),
    ].map(toDom),
  )
}

/** Twelve clips, drawn at random over the quantiles of the difference: reference, A, B. */
function twelve(
  protocol: ProtocolData,
  values: readonly number[],
  methods: readonly number[],
  { decimals }: ClipMetric,
): Markup[] {
  const { ids, labels, head } = protocol
  const sides = [referenceSide, ...methods.map(sideOfMethod)]
  const m = methods.map((method) => head.methods[method].id).join(',')
  const [width, height] = head.media.thumb
  const both = values.filter(Number.isFinite).length
  const [title, how] =
    both > 12
      ? [
          'Twelve clips over the range of the difference',
          'One drawn at random from each twelfth of the clips (seed 0), from',
        ]
      : ['The clips in the order of the difference', 'From']
  return [
    element('h2', {}, title),
    element('p', { class: 'note' }, `${how} the smallest difference to the largest.`),
    element(
      'ul',
      { class: 'picked-clips' },
      overQuantiles(values, 12, 0).map((clip) => {
        const thumbs = sides.flatMap((side) => thumbAddress(protocol, clip, side) ?? [])
        return element(
          'li',
          {},
          thumbs.length > 0 &&
            element(
              'div',
              { class: 'thumbs' },
              thumbs.map(({ src, place }) =>
                element(
                  'svg',
                  { class: 'thumb', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' },
                  element('image', { href: src, x: -place * width, height }),
                ),
              ),
            ),
          element('a', { href: `clip.html${writeAddress({ c: ids[clip], m })}` }, ids[clip]),
          ` ${formatNumber(values[clip], decimals)}`,
          labels[clip] !== '' && element('span', { class: 'remark' }, labels[clip]),
        )
      }),
    ),
  ]
}
