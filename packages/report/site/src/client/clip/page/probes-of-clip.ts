import { element, type Markup } from '../../../../../src/markup/element.ts'
import type { ClipData } from './clip-view.ts'

/** Where more is known of a clip in which it is known what happens: its pairs with and without a driver, and its objects in words. Null for others. */
export function probesOf({ protocol, clip }: ClipData): Markup | null {
  const probe = protocol.head.probes.find((each) => each.clip === clip)
  if (probe === undefined) return null
  const { pairs, words } = probe
  return element(
    'section',
    { 'aria-labelledby': 'probes' },
    element('h2', { id: 'probes' }, 'Probes of this clip'),
    element(
      'ul',
      { class: 'probe-links' },
      pairs.map(({ slug, driver }) =>
        element(
          'li',
          {},
          element('a', { href: `pairs/${encodeURIComponent(slug)}.html` }, `Without ${driver}`),
          ': both conditions, with what should change and what does',
        ),
      ),
      element(
        'li',
        {},
        element('a', { href: words === null ? 'probes.html' : `probes.html#${words}` }, 'Its objects in words'),
        words === null
          ? ': the page of probes has those of other clips, and the scores of all'
          : ': what should happen to each, and what does',
      ),
    ),
  )
}
