// Light and dark: the system's choice until the reader makes one. Runs before the page is painted, so it must not wait for the document.
// Each file of this folder becomes a classic script of its own, with what it imports from the folders below.
import { printAddress } from './page/printed-address.ts'

const root = document.documentElement
const query = matchMedia('(prefers-color-scheme: dark)')

// Storage is refused in private windows and, in some browsers, on file://.
function stored(): string | null {
  try {
    return localStorage.getItem('kinemetric-theme')
  } catch {
    return null
  }
}

function store(theme: string): void {
  try {
    localStorage.setItem('kinemetric-theme', theme)
  } catch {
    // The choice then lasts for this page.
  }
}

function current(): 'light' | 'dark' {
  return (root.dataset.theme ?? (query.matches ? 'dark' : 'light')) === 'dark' ? 'dark' : 'light'
}

const before = stored()
if (before === 'light' || before === 'dark') root.dataset.theme = before

printAddress()

document.addEventListener('DOMContentLoaded', () => {
  // On a phone the menu stands behind a press; without scripts it is open.
  const menu = document.querySelector<HTMLDetailsElement>('.site-menu')
  if (menu && matchMedia('(max-width: 40rem)').matches) menu.open = false
  const button = document.querySelector<HTMLButtonElement>('[data-theme-toggle]')
  if (!button) return
  const say = () => {
    const label = current() === 'dark' ? 'Light theme' : 'Dark theme'
    button.textContent = '◐'
    button.ariaLabel = label
    button.title = label
  }
  button.hidden = false
  button.addEventListener('click', () => {
    const theme = current() === 'dark' ? 'light' : 'dark'
    root.dataset.theme = theme
    store(theme)
    say()
  })
  query.addEventListener('change', say)
  say()
})
