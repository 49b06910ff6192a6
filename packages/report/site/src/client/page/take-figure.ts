/** What a drawing needs of its styles to look alike anywhere. */
const properties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
] as const

/** A button below a chart that gives it as a file: SVG in the page's light colours, its text as text. */
export function figureButton(svg: SVGElement, title: string): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'figure-button'
  button.textContent = 'Figure (SVG)'
  button.setAttribute('aria-label', `Figure (SVG) of ${title}`)
  button.addEventListener('click', () => {
    const address = URL.createObjectURL(new Blob([standalone(svg)], { type: 'image/svg+xml' }))
    const link = document.createElement('a')
    link.href = address
    link.download = `${
      title
        .replace(/[^A-Za-z0-9]+/g, '-')
        .replace(/^-|-$/g, '')
        .toLowerCase() || 'figure'
    }.svg`
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 1000)
  })
  return button
}

/** The text of a drawing that stands without this page's styles. */
export function standalone(svg: SVGElement): string {
  const root = document.documentElement
  const theme = root.dataset.theme
  // Nothing is painted between these lines.
  root.dataset.theme = 'light'
  const copy = svg.cloneNode(true)
  if (!(copy instanceof SVGElement)) return ''
  const own = [svg, ...svg.querySelectorAll('*')]
  for (const [at, element] of [copy, ...copy.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(own[at])
    for (const name of properties) element.setAttribute(name, style.getPropertyValue(name))
    element.removeAttribute('class')
  }
  if (theme === undefined) delete root.dataset.theme
  else root.dataset.theme = theme
  return `${new XMLSerializer().serializeToString(copy)}\n`
}
