import { element, type Markup } from '../../../../../src/markup/element.ts'
import { nearestIds } from './nearest-ids.ts'

/** What stands where an address names a clip that is not here. */
export function unknownClip(wanted: string, ids: readonly string[], hrefOf: (id: string) => string): Markup {
  const nearest = nearestIds(wanted, ids)
  return element(
    'div',
    {},
    element('h1', {}, 'No such clip'),
    element(
      'p',
      { class: 'notice' },
      `No clip ${wanted.slice(0, 80)} here.`,
      nearest.length > 0 && [
        ' Nearest: ',
        nearest.map((id, at) => [at > 0 && ', ', element('a', { href: hrefOf(id) }, id)]),
        '.',
      ],
    ),
  )
}
