// Keys of the player: one table for what they do, what the dialog says and what is listened to. None needs two hands.
import { element, type Markup } from '../../../../../src/markup/element.ts'
import { toDom } from '../../page/to-dom.ts'

export interface KeyAction {
  /** As `event.key` has them, without Shift where `shift` is not asked for. */
  keys: readonly string[]
  shift?: true
  /** How the dialog names them. */
  shown: string
  does: string
  run: () => void
}

const storageKey = 'kinemetric-keys'

/** Whether keys do anything: a reader may switch them off, where the browser keeps such a choice. */
export function keysAreOn(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off'
  } catch {
    return true
  }
}

function keepKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(storageKey)
    else localStorage.setItem(storageKey, 'off')
  } catch {
    // The choice then lasts for this page.
  }
}

/** Listens to the keys of a table, and opens its dialog at `?`. */
export function listenToKeys(table: () => readonly KeyAction[], signal: AbortSignal): { openHelp: () => void } {
  let on = keysAreOn()
  const openHelp = () =>
    showHelp(table(), on, (next) => {
      on = next
      keepKeys(next)
    })
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return
      if (event.target.closest('dialog')) return
      if (event.key === '?') {
        event.preventDefault()
        openHelp()
        return
      }
      if (!on || keepsKey(event.target, event.key)) return
      const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const action = table().find(
        ({ keys, shift }) => keys.includes(pressed) && (event.shiftKey === (shift === true) || !isArrow(pressed)),
      )
      if (action === undefined) return
      event.preventDefault()
      action.run()
    },
    { signal },
  )
  return { openHelp }
}

function isArrow(key: string): boolean {
  return key.startsWith('Arrow')
}

/** Other controls keep their own keys: Space presses a button, the arrows move a slider or a list, letters are text. */
function keepsKey(target: Element, key: string): boolean {
  if (key === ' ' && target.closest('button, a, summary, [contenteditable], input[type=checkbox]')) return true
  if (target.closest('select, textarea, [contenteditable], input:not([type=checkbox], [type=range])')) return true
  // The frame's own slider has the same arrows, with the player's steps.
  if (target.closest('input[type=range]:not([data-scrub])') && /^(Arrow|Home|End|Page)/.test(key)) return true
  // A table that scrolls sideways needs its arrows.
  return target.closest('.table-scroll, pre') !== null && isArrow(key)
}

function showHelp(table: readonly KeyAction[], on: boolean, onChange: (on: boolean) => void): void {
  const markup: Markup = element(
    'dialog',
    { class: 'keys-dialog', 'aria-labelledby': 'keys-title' },
    element('h2', { id: 'keys-title' }, 'Keys'),
    element(
      'dl',
      {},
      table
        .filter(({ shown }) => shown !== '')
        .map(({ shown, does }) => [
          element(
            'dt',
            {},
            shown.split(' ').map((key, at) => [at > 0 && ' ', element('kbd', {}, key)]),
          ),
          element('dd', {}, does),
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
