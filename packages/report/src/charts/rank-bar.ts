import { element, type Markup } from '../markup/element.ts'

/** The ranks that a method may have, as a bar over the places 1 to `methods`. The text beside it says the same. */
export function rankBar({ rankLow, rankHigh }: { rankLow: number; rankHigh: number }, methods: number): Markup {
  const unit = 8
  return element(
    'svg',
    {
      class: 'rank-bar',
      viewBox: `0 0 ${unit * methods} 8`,
      width: unit * methods,
      height: 8,
      'aria-hidden': 'true',
      preserveAspectRatio: 'none',
    },
    element('path', {
      class: 'places',
      d: Array.from({ length: methods }, (_, at) => `M${unit * at + 1} 4h${unit - 2}`).join(''),
    }),
    element('path', { class: 'taken', d: `M${unit * (rankLow - 1) + 0.5} 4H${unit * rankHigh - 0.5}` }),
  )
}
