// Finds pages and headings of the documentation by words, and folds the lists of pages and headings where they stand above the text.

/** Title of the page, address from the site's root, the heading; written by whoever builds the documentation. */
type Entry = readonly [page: string, address: string, heading: string]

declare const kinemetricHeadings: readonly Entry[] | undefined

const mostShown = 12
const entries = typeof kinemetricHeadings === 'undefined' ? [] : kinemetricHeadings
const root = document.documentElement.dataset.root ?? ''

/** Entries that have every word: pages before their headings, and what has the words itself before what stands on a page that has them. */
function found(query: string): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const has = (text: string) => words.every((word) => text.toLowerCase().includes(word))
  const place = ([page, , heading]: Entry) => (has(heading) ? 0 : 2) + (heading === page ? 0 : 1)
  return entries.filter(([page, , heading]) => has(`${page} ${heading}`)).sort((one, two) => place(one) - place(two))
}

function item([page, address, heading]: Entry): HTMLElement {
  const link = document.createElement('a')
  link.href = root + address
  link.textContent = heading
  if (heading !== page) {
    const of = document.createElement('span')
    of.textContent = page
    link.append(of)
  }
  const row = document.createElement('li')
  row.append(link)
  return row
}

function startSearch(box: HTMLElement): void {
  const field = box.querySelector('input')
  const list = box.querySelector('ul')
  const count = box.querySelector('[data-found-count]')
  if (field === null || list === null || count === null) return
  const show = () => {
    const all = found(field.value)
    list.replaceChildren(...all.slice(0, mostShown).map(item))
    list.hidden = all.length === 0
    count.textContent = field.value.trim() === '' ? '' : `${all.length} found`
  }
  box.hidden = false
  field.addEventListener('input', show)
  field.addEventListener('focus', show)
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target === field) list.querySelector('a')?.click()
    if (event.key !== 'Escape') return
    list.hidden = true
    field.focus()
  })
  box.addEventListener('focusout', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node) || !box.contains(relatedTarget)) list.hidden = true
  })
}

for (const box of document.querySelectorAll<HTMLElement>('[data-search]')) startSearch(box)

if (matchMedia('(max-width: 60rem)').matches)
  for (const fold of document.querySelectorAll<HTMLDetailsElement>('.docs-menu, .docs-contents')) fold.open = false
