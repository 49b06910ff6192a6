// Checks that run inside the page: each function is sent to the browser as text, so it must stand alone.
/* oxlint-disable unicorn/consistent-function-scoping -- what a function calls must lie within it, see above */

/** Headings in order, landmarks, names of controls, captions and scopes of tables, names of charts. */
export function structureProblems(): string[] {
  const found: string[] = []
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)]
  const levels = all('h1, h2, h3, h4').map((heading) => Number(heading.tagName[1]))
  if (levels.filter((level) => level === 1).length !== 1) found.push('expected one h1')
  for (const [index, level] of levels.entries())
    if (index > 0 && level > levels[index - 1] + 1)
      found.push(`heading ${index} skips from h${levels[index - 1]} to h${level}`)
  for (const landmark of ['header', 'main', 'footer'])
    if (all(landmark).length !== 1) found.push(`expected one ${landmark}`)
  const navs = all('nav').map((nav) => nav.getAttribute('aria-label'))
  if (new Set(navs).size !== navs.length || navs.includes(null)) found.push('navs need names of their own')
  for (const control of all('button, a[href], select, input, summary')) {
    const labelled = control instanceof HTMLInputElement || control instanceof HTMLSelectElement
    const label = labelled ? control.labels?.[0]?.textContent : undefined
    const name = control.getAttribute('aria-label') ?? label ?? control.textContent
    if (!name?.trim())
      found.push(`a ${control.tagName.toLowerCase()} without a name: ${control.outerHTML.slice(0, 80)}`)
  }
  for (const table of all('table')) {
    const named = (table.getAttribute('aria-labelledby') ?? '').split(' ').some((id) => document.getElementById(id))
    if (!named && !table.getAttribute('aria-label') && !table.querySelector('caption')?.textContent.trim())
      found.push('a table without a caption')
    for (const head of table.querySelectorAll('th'))
      if (!head.scope) found.push(`a head without scope: ${head.textContent}`)
    const columns = table.querySelectorAll('thead th').length
    for (const row of table.querySelectorAll<HTMLTableRowElement>('tbody tr')) {
      const cells = [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0)
      if (cells !== columns) found.push(`a row of ${cells} cells under ${columns} heads`)
    }
  }
  for (const image of all('svg[role=img]')) if (!image.getAttribute('aria-label')) found.push('an image without a name')
  for (const region of all('[role=region]')) {
    const by = region.getAttribute('aria-labelledby')
    if (!region.getAttribute('aria-label') && !(by && document.getElementById(by)))
      found.push('a region without a name')
    if (region.tabIndex !== 0) found.push('a region that scrolls and cannot be reached by keyboard')
  }
  for (const element of all('[aria-describedby], [aria-labelledby]'))
    for (const id of `${element.getAttribute('aria-describedby') ?? ''} ${element.getAttribute('aria-labelledby') ?? ''}`
      .trim()
      .split(' '))
      if (!document.getElementById(id)) found.push(`no element #${id}`)
  if (!document.documentElement.lang) found.push('no language')
  return found
}

/** Texts whose colour is too near their background (WCAG AA: 4.5:1, 3:1 for large ones), and lines of charts below 3:1. */
export function contrastProblems(): string[] {
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = ([r, g, b]: number[]) => {
    const [x, y, z] = [r, g, b].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const ratio = (a: number[], b: number[]) => {
    const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
    return (high + 0.05) / (low + 0.05)
  }
  const backgroundOf = (element: Element): number[] => {
    for (let node: Element | null = element; node; node = node.parentElement) {
      const style = getComputedStyle(node)
      // The mark of the best is a gradient of one colour.
      const painted = style.backgroundImage.startsWith('linear-gradient')
        ? channels(style.backgroundImage)
        : channels(style.backgroundColor)
      if (painted.length >= 3 && (painted.length < 4 || style.backgroundImage !== 'none' || painted[3] > 0))
        return painted
    }
    return [255, 255, 255]
  }
  const found: string[] = []
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== '')
    if (
      !own ||
      !element.checkVisibility({ visibilityProperty: true }) ||
      element.closest('.visually-hidden, script, :disabled')
    )
      continue
    const style = getComputedStyle(element)
    const colour = channels(element.namespaceURI?.endsWith('svg') ? style.fill : style.color)
    const size = Number.parseFloat(style.fontSize)
    const enough = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5
    const reached = ratio(colour, backgroundOf(element))
    if (reached < enough)
      found.push(
        `${reached.toFixed(2)} for '${element.textContent.trim().slice(0, 40)}' (${element.className || element.tagName})`,
      )
  }
  for (const line of document.querySelectorAll('.mark-line path')) {
    const reached = ratio(channels(getComputedStyle(line).stroke), backgroundOf(line))
    if (reached < 3) found.push(`${reached.toFixed(2)} for a line of a chart`)
  }
  return found
}

/** Elements that reach over the window's edge, but for what scrolls by itself and has a name. */
export function cutOff(): string[] {
  return [...document.querySelectorAll<HTMLElement>('main *')]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 0)
    .filter(
      (element) =>
        element.getBoundingClientRect().right > innerWidth + 1 &&
        element.closest('[role=region], pre, .visually-hidden') === null,
    )
    .map((element) => element.outerHTML.slice(0, 100))
}

/** What is pressed and lower than 44 pixels, but for links in text and the heads of tables. */
export function smallTargets(): string[] {
  return [
    ...document.querySelectorAll<HTMLElement>('button, summary, select, input:not([type=checkbox], [type=radio])'),
  ]
    .filter(
      (element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().height > 0,
    )
    .filter(
      (element) => element.getBoundingClientRect().height < 43.5 && element.closest('thead, .visually-hidden') === null,
    )
    .map((element) => element.outerHTML.slice(0, 80))
}
