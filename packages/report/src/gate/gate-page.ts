import type { GateClip, GatedMetric, GateResult } from '@kinemetric/records'
import { visibleText } from '../board/presentable.ts'
import { element, type Child, type Markup } from '../markup/element.ts'
import { toHtml } from '../markup/to-html.ts'
import { gatePageStyle } from './gate-page-style.ts'
import { gapChart } from './gap-chart.ts'
import {
  cellKeys,
  cellsOf,
  chanceLine,
  changeLines,
  framesLine,
  gateTitle,
  ruleLine,
  sentencesOf,
  sidesLine,
  titlesOf,
  verdictName,
} from './gate-words.ts'

/** What can be seen of a clip: addresses of its videos from where the page lies, and a picture of them side by side, whole in its address. */
export interface GateClipMedia {
  reference?: string | undefined
  baseline?: string | undefined
  candidate?: string | undefined
  /** `data:` address, and the sides that it shows in their order. */
  strip?: { address: string; sides: readonly string[] } | undefined
}

export interface GatePageOptions {
  /** By clip; none where records have no videos. */
  mediaOf?: ((clip: string) => GateClipMedia | undefined) | undefined
}

/** So many of the clips that lost most are shown, a metric. */
export const MOST_SHOWN = 6

/** A gate as a page of its own: one file without scripts, whose videos are linked where the records have them. */
export function gatePage(gate: GateResult, { mediaOf = () => undefined }: GatePageOptions = {}): string {
  const title = gateTitle(gate)
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', {
      'http-equiv': 'Content-Security-Policy',
      content: "script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'",
    }),
    element('title', {}, `${title} · kinemetric`),
  )
  const body = element(
    'body',
    {},
    element(
      'header',
      {},
      element(
        'h1',
        {},
        'gate: ',
        element('span', { class: `verdict ${gate.passed ? 'passed' : 'stopped'}` }, verdictName(gate.verdict)),
        title.includes(', which') ? title.slice(title.indexOf(',')) : '',
      ),
      element('p', {}, text(sidesLine(gate))),
      element('p', {}, framesLine(gate)),
    ),
    element(
      'main',
      {},
      tableOf(gate),
      rulesOf(gate),
      notesOf(gate),
      gate.metrics.map((row) => section(row, mediaOf)),
      madeWith(gate),
    ),
    element('footer', {}, element('p', {}, chanceLine(gate))),
  )
  // The style holds no text of a record.
  const [start, end] = toHtml(element('html', { lang: 'en' }, head, body)).split('</head>')
  return `<!doctype html>\n${start}<style>${gatePageStyle}</style></head>${end}\n`
}

function text(given: string): string {
  return visibleText(given)
}

function tableOf(gate: GateResult): Markup {
  const titles = titlesOf(gate)
  const rows = gate.metrics.map((row) => {
    const cells = cellsOf(row)
    return element(
      'tr',
      {},
      cellKeys.map((key) =>
        key === 'metric'
          ? element('th', { scope: 'row' }, text(cells[key]))
          : element('td', { 'data-title': titles[key] }, text(cells[key])),
      ),
    )
  })
  return element(
    'div',
    { class: 'scrolls', role: 'region', 'aria-label': 'Verdicts by metric', tabindex: 0 },
    element(
      'table',
      { 'aria-label': 'Verdicts by metric' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          cellKeys.map((key) => element('th', { scope: 'col' }, titles[key])),
        ),
      ),
      element('tbody', {}, rows),
    ),
  )
}

function listOf(title: string, lines: readonly string[]): Child {
  return lines.length === 0
    ? null
    : [
        element('h2', {}, title),
        element(
          'ul',
          {},
          lines.map((line) => element('li', {}, text(line))),
        ),
      ]
}

function rulesOf({ rules }: GateResult): Child {
  return listOf('Rules', rules.map(ruleLine))
}

function notesOf({ notes }: GateResult): Child {
  return listOf('To know', notes)
}

function madeWith(gate: GateResult): Child {
  return listOf('Made with', changeLines(gate))
}

function section(row: GatedMetric, mediaOf: (clip: string) => GateClipMedia | undefined): Child {
  const said = sentencesOf(row)
  const worse = row.worst.filter(({ loss }) => loss > 0).slice(0, MOST_SHOWN)
  if (said.length === 0 && worse.length === 0) return null
  return element(
    'section',
    {},
    element('h2', {}, `${text(cellsOf(row).metric)}: ${verdictName(row.verdict)}`),
    gapChart(row),
    said.map((sentence) => element('p', {}, `${text(sentence)}.`)),
    worse.length === 0
      ? null
      : [
          element(
            'h3',
            {},
            worse.length === 1 ? 'The clip that lost most' : `The ${worse.length} clips that lost most`,
          ),
          element(
            'ul',
            { class: 'pairs' },
            worse.map((clip) => pair(clip, row, mediaOf(clip.clip))),
          ),
        ],
  )
}

function pair(
  { clip, baseline, candidate, loss }: GateClip,
  { decimals }: GatedMetric,
  media: GateClipMedia | undefined,
): Markup {
  const digits = decimals + 1
  const name = text(clip)
  return element(
    'li',
    {},
    element('h4', {}, name),
    element(
      'p',
      {},
      `${baseline.toFixed(digits)} before, ${candidate.toFixed(digits)} after: worse by ${loss.toFixed(digits)}`,
    ),
    media?.strip === undefined
      ? null
      : element(
          'figure',
          { style: 'margin: 0' },
          element('img', { class: 'strip', src: media.strip.address, alt: `${name}: ${media.strip.sides.join(', ')}` }),
          element('figcaption', {}, media.strip.sides.join(' · ')),
        ),
    videosOf(name, media),
  )
}

function videosOf(name: string, media: GateClipMedia | undefined): Child {
  const sides = [
    ['reference', media?.reference],
    ['before', media?.baseline],
    ['after', media?.candidate],
  ] as const
  const there = sides.flatMap(([side, address]) => (address === undefined ? [] : [{ side, address }]))
  if (there.length === 0) return null
  return element(
    'div',
    { class: 'sides' },
    there.map(({ side, address }) =>
      element(
        'figure',
        {},
        element('video', {
          src: address,
          controls: true,
          muted: true,
          loop: true,
          preload: 'metadata',
          playsinline: true,
          'aria-label': `${name}, ${side}`,
        }),
        element('figcaption', {}, side),
      ),
    ),
  )
}
