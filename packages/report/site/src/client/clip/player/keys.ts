// Keys of the player: one table for what they do and what is listened to. None needs two hands.
import { askedPart } from '../../page/asked-part.ts'

export interface KeyAction {
  /** As `event.key` has them, without Shift where `shift` is not asked for. */
  keys: readonly string[]
  shift?: true
  /** How the dialog names them, which also knows what they do; '' for none of its lines. */
  shown: string
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
  const openHelp = async () => {
    const showHelp = await askedPart('help')
    showHelp(table(), on, (next) => {
      on = next
      keepKeys(next)
    })
  }
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return
      // One that closes keeps the focus until it is gone: its keys are the page's again.
      if (event.target.closest('dialog[open]')) return
      if (event.key === '?') {
        event.preventDefault()
        void openHelp()
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
  return { openHelp: () => void openHelp() }
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
