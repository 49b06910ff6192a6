import { showText } from './text-dialog.ts'

/** Gives a text to the clipboard; where the browser refuses, a dialog has it, selected. Says which of the two it was, beside the button. */
export async function copyText(text: string, what: string, button: HTMLElement): Promise<void> {
  const said = button.closest('.take')?.querySelector<HTMLElement>('[data-said]') ?? null
  try {
    await navigator.clipboard.writeText(text)
    say(said, `Copied: ${what}`)
  } catch {
    showText(text, what)
  }
}

/** Says something for four seconds. */
export function say(place: HTMLElement | null, text: string): void {
  if (place === null) return
  place.textContent = text
  setTimeout(() => {
    if (place.textContent === text) place.textContent = ''
  }, 4000)
}

/** Menus that close on Escape, on a press elsewhere, and when something of them was chosen. */
export function closingMenus(): void {
  const menus = [...document.querySelectorAll<HTMLDetailsElement>('details.menu')]
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') for (const menu of menus) close(menu, menu.contains(document.activeElement))
  })
  document.addEventListener('click', (event) => {
    for (const menu of menus)
      if (!(event.target instanceof Node) || !menu.contains(event.target)) close(menu, false)
      else if (event.target instanceof Element && event.target.closest('button')) close(menu, true)
  })
}

function close(menu: HTMLDetailsElement, focus: boolean): void {
  if (!menu.open) return
  menu.open = false
  if (focus) menu.querySelector('summary')?.focus()
}
