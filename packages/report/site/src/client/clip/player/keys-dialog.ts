import { element, type Markup } from '../../../../../src/markup/element.ts'
import { toDom } from '../../page/to-dom.ts'
import type { KeyAction } from './keys.ts'

/** What keys do, by how the dialog names them. */
const keyWords: Readonly<Record<string, string>> = {
  Space: 'play or pause',
  '← ,': 'one frame back',
  '→ .': 'one frame on',
  'Shift+←': 'eight frames back',
  'Shift+→': 'eight frames on',
  Home: 'first frame',
  End: 'last frame',
  '[': 'slower',
  ']': 'faster',
  l: 'loop from here, again: to here, again: no loop',
  s: 'side by side',
  w: 'wipe',
  d: 'difference',
  o: 'onion',
  '1 – 9': 'that method alone against the reference, again: back',
  z: 'zoom 1, 2, 4',
  t: 'tracks',
  n: 'next clip',
  p: 'previous clip',
  c: 'copy link',
}

/** Shows what keys do, and lets them be switched off. */
export function showHelp(table: readonly KeyAction[], on: boolean, onChange: (on: boolean) => void): void {
  const markup: Markup = element(
    'dialog',
    { class: 'keys-dialog', 'aria-labelledby': 'keys-title' },
    element('h2', { id: 'keys-title' }, 'Keys'),
    element(
      'dl',
      {},
      table
        .filter(({ shown }) => shown !== '')
        .map(({ shown }) => [
          element(
            'dt',
            {},
            shown.split(' ').map((key, at) => [at > 0 && ' ', element('kbd', {}, key)]),
          ),
          element('dd', {}, keyWords[shown]),
        ]),
    ),
    element('label', {}, element('input', { type: 'checkbox', checked: on }), ' Keys do this'),
    element('form', { method: 'dialog' }, element('button', { class: 'button' }, 'Close')),
  )
  const dialog = toDom(markup)
  if (!(dialog instanceof HTMLDialogElement)) return
  dialog.querySelector('input')!.addEventListener('change', (event) => {
    if (event.target instanceof HTMLInputElement) onChange(event.target.checked)
  })
  dialog.querySelector('form')!.addEventListener('submit', (event) => {
    // The page's policy lets no form be sent; this one only closes.
    event.preventDefault()
    dialog.close()
  })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
