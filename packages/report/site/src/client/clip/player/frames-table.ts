import { element, type Markup } from '../../../../../src/markup/element.ts'
import type { PlayerClip, PlayerCurve } from './player-clip.ts'
import { frameValue } from './player-words.ts'

/** A metric's value of each frame: a row a frame, a column a side. */
export function framesTable(clip: PlayerClip, metric: PlayerCurve): Markup {
  const sides = clip.sides.filter(({ key }) => metric.bySide.has(key))
  const rows = Array.from({ length: clip.frames }, (_, frame) =>
    element(
      'tr',
      { 'data-row': frame },
      element('th', { scope: 'row' }, String(frame)),
      sides.map(({ key }) => element('td', {}, frameValue(metric, key, frame))),
    ),
  )
  return element(
    'div',
    { class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': 'Values of each frame' },
    element(
      'table',
      {},
      element('caption', {}, `${metric.label} of each frame`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, 'Frame'),
          sides.map(({ name }) => element('th', { scope: 'col' }, name)),
        ),
      ),
      element('tbody', {}, rows),
    ),
  )
}
