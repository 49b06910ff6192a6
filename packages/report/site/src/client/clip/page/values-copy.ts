import { element } from '../../../../../src/markup/element.ts'
import { copyText } from '../../page/say-copied.ts'
import { toDom } from '../../page/to-dom.ts'
import type { ClipData } from './clip-view.ts'
import { valuesCsv } from './values-table.ts'

/** A button that copies the clip's values. */
export function valuesCopy(data: ClipData): HTMLElement | SVGElement {
  const row = toDom(
    element(
      'p',
      { class: 'take' },
      element('button', { type: 'button', class: 'button' }, 'Copy as CSV'),
      element('span', { role: 'status', 'data-said': true }),
    ),
  )
  const button = row.querySelector('button')!
  button.addEventListener('click', () => void copyText(valuesCsv(data), 'values, CSV', button))
  return row
}
