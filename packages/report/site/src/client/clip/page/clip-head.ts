import { element, type Markup } from '../../../../../src/markup/element.ts'
import { clipRate, type PlayerClip } from '../player/player-clip.ts'
import type { ClipList } from './walked-list.ts'
import type { ClipData } from './clip-view.ts'

/** The name of a clip, what is known of it, and the way to its neighbours. */
export function clipHead(
  { protocol, clip }: ClipData,
  view: PlayerClip,
  place: ReturnType<ClipList['place']> | null,
  hrefOf: (clip: number) => string,
): Markup {
  const label = protocol.labels[clip]
  const name = protocol.classes[protocol.classOf[clip]]
  const hasRate = view.sides.some(({ video }) => video?.facts)
  const rate = hasRate
    ? `${view.frames} frames at ${Number(clipRate(view).toFixed(2))} a second`
    : `${view.frames} frames`
  const facts = [name === undefined ? '' : `class ${name}`, rate, place === null ? '' : placeWords(place)].filter(
    (text) => text !== '',
  )
  const turn = (to: number | null | undefined, rel: string, text: string) =>
    to === null || to === undefined
      ? element('span', { class: 'turn', 'aria-disabled': 'true' }, text)
      : element(
          'a',
          { class: 'turn', rel, href: hrefOf(to), 'data-clip': to, 'aria-label': `${text} clip, ${protocol.ids[to]}` },
          text,
        )
  return element(
    'div',
    { class: 'clip-head' },
    element(
      'div',
      { class: 'clip-title' },
      turn(place?.previous, 'prev', '‹ previous'),
      element('h1', {}, `Clip ${view.id}`),
      turn(place?.next, 'next', 'next ›'),
      element(
        'span',
        { class: 'clip-actions take' },
        element('button', { type: 'button', class: 'button', 'data-page': 'figure' }, 'Figure'),
        element('button', { type: 'button', class: 'button', 'data-page': 'link' }, 'Copy link'),
        element('button', { type: 'button', class: 'button', 'data-page': 'embed' }, 'Embed'),
        element('span', { role: 'status', 'data-said': true }),
      ),
    ),
    label !== '' && element('p', { class: 'lede' }, `“${label}”`),
    element('p', { class: 'note clip-facts' }, facts.join(' · ')),
  )
}

function placeWords({ at, of, isChosen }: ReturnType<ClipList['place']>): string {
  const which = isChosen ? 'the chosen list' : 'all clips'
  return at < 0
    ? `not in ${which} (${of.toLocaleString('en')})`
    : `${(at + 1).toLocaleString('en')} of ${of.toLocaleString('en')} in ${which}`
}
