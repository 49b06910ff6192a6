import { formatNumber } from '../../../../../src/board/format-score.ts'
import { swatch } from '../../../../../src/charts/method-style.ts'
import type { ClipMetric } from '../../../../../src/data-files/protocol-file.ts'
import { csvText } from '../../../../../src/markup/csv-text.ts'
import { element, type Markup } from '../../../../../src/markup/element.ts'
import { shellWord } from '../../../../../src/text/shell-word.ts'
import type { ClipData } from './clip-view.ts'

const arrows = { higher: '↑', lower: '↓' }

/** What each method gets on the clip, and where that stands among all its clips. */
export function valuesTable({ protocol, clip, values, curves }: ClipData): Markup {
  const { methods, metrics } = protocol.head
  const faults = curves?.failures(clip) ?? []
  const rows = methods.map(({ name, series, trivial }, method) => {
    const head = element(
      'th',
      { scope: 'row' },
      swatch(series),
      name,
      trivial && element('span', { class: 'tag' }, 'trivial'),
    )
    const fault = faults.find((each) => each.method === method)
    const found = metrics.map((_, metric) => values?.value(metric, method, clip) ?? Number.NaN)
    if (fault !== undefined && !found.some(Number.isFinite))
      return element(
        'tr',
        {},
        head,
        element('td', { class: 'text warn', colspan: Math.max(1, metrics.length) }, `Failed: ${fault.message}`),
      )
    const cells = metrics.map(({ decimals, ...named }, metric) => {
      const label = measureWords(named)
      const value = found[metric]
      if (!Number.isFinite(value)) return element('td', { 'data-label': label }, 'none')
      const share = values?.betterShare(metric, method, clip) ?? null
      return element(
        'td',
        { 'data-label': label },
        element('span', { class: 'value' }, formatNumber(value, decimals)),
        share !== null && element('span', { class: 'interval' }, `better: ${share} %`),
      )
    })
    return element('tr', { class: trivial ? 'trivial' : undefined }, head, cells)
  })
  return element(
    'div',
    { class: 'table-scroll sticky clip-values', role: 'region', 'aria-labelledby': 'values-caption', tabindex: '0' },
    element(
      'table',
      {},
      element(
        'caption',
        { id: 'values-caption' },
        element('span', {}, 'What each method gets on this clip, and how many of its own clips are better'),
      ),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, 'Method'),
          metrics.map((metric) => element('th', { scope: 'col' }, measureWords(metric))),
        ),
      ),
      element('tbody', {}, rows),
    ),
  )
}

function measureWords({ label, unit, better }: Pick<ClipMetric, 'label' | 'unit' | 'better'>): string {
  return `${label}${unit === '' ? '' : ` (${unit})`} ${arrows[better]}`
}

/** The same as CSV: a line a method and metric, values as printed, the share of the method's own clips that are better in per cent. */
export function valuesCsv({ protocol, clip, values }: ClipData): string {
  const { methods, metrics } = protocol.head
  return csvText([
    ['clip', 'method', 'metric', 'value', 'better_percent'],
    ...methods.flatMap(({ id }, method) =>
      metrics.map(({ id: metric, decimals }, at) => [
        protocol.ids[clip],
        id,
        metric,
        Number((values?.value(at, method, clip) ?? Number.NaN).toFixed(decimals)),
        values?.betterShare(at, method, clip) ?? Number.NaN,
      ]),
    ),
  ])
}

/** What the numbers were made of: recipes, frames, and the hashes of the frames that were scored. */
export function whyTable({ protocol, clip, curves }: ClipData): Markup {
  const { head } = protocol
  const frames = curves?.frames(clip) ?? head.frames
  const excluded = head.excludedFrames.length === 0 ? '' : `; not scored: frame ${head.excludedFrames.join(', ')}`
  const hashes = head.methods.map(({ name }, method) => ({
    name,
    ...(curves?.hashes(method, clip) ?? { generated: '', reference: '' }),
  }))
  const known = hashes.filter(({ generated }) => generated !== '')
  const references = [...new Set(hashes.map(({ reference }) => reference).filter((hash) => hash !== ''))]
  return element(
    'dl',
    { class: 'why' },
    element('dt', {}, 'Recipes'),
    element('dd', {}, head.metrics.map(({ label, recipe }) => `${label}: ${recipe}`).join(' · ') || 'none'),
    element('dt', {}, 'Frames compared'),
    element('dd', {}, `${frames}${excluded}`),
    element('dt', {}, 'Pictures here'),
    element('dd', {}, 'Previews, H.264: for looking at. What was scored are the frames themselves.'),
    known.length > 0 && element('dt', {}, 'sha256 of the frames that were scored, first 16 digits'),
    known.length > 0 &&
      element(
        'dd',
        {},
        references.map((hash) => ['Reference ', element('code', {}, hash), ' · ']),
        known.map(({ name, generated }, at) => [at > 0 && ' · ', `${name} `, element('code', {}, generated)]),
      ),
    explainText(head, protocol.ids[clip]).map((command) => [
      element('dt', {}, 'Once more, frame by frame and by every recipe'),
      element('dd', {}, element('code', {}, command)),
    ]),
  )
}

/** The command that measures a clip again and holds it against the record; none where no metric has a value of one clip. */
function explainText({ metrics, methods }: ClipData['protocol']['head'], clip: string): string[] {
  const [metric] = metrics
  const [method] = methods
  if (metric === undefined || method === undefined) return []
  const record = shellWord(`${method.id}.json`)
  return [
    `kinemetric explain ${shellWord(metric.metric)} --clip ${shellWord(clip)} --reference manifest.jsonl --generated FOLDER --record ${record}`,
  ]
}
