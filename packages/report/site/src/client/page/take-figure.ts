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

/** Pixels of a picture for each of the drawing's own. */
const pictureScale = 2

/**
 * Buttons below a chart that give it as files: SVG in the page's light colours with its text as text, PNG at twice its size, and what it draws as CSV.
 * @param csv what it draws; absent where that is not at hand
 */
export function figureButtons(svg: SVGElement, title: string, csv?: () => Promise<string>): HTMLElement {
  const row = document.createElement('p')
  row.className = 'figure-buttons'
  const said = document.createElement('span')
  said.setAttribute('role', 'status')
  const name =
    title
      .replaceAll(/[^A-Za-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .toLowerCase() || 'figure'
  const add = (format: string, make: () => Blob | Promise<Blob>) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'figure-button'
    button.textContent = format
    button.setAttribute('aria-label', `${format} of the figure ${title}`)
    button.addEventListener('click', () => {
      said.textContent = ''
      Promise.resolve(make()).then(
        (blob) => save(blob, `${name}.${format.toLowerCase()}`),
        (error: unknown) => (said.textContent = error instanceof Error ? error.message : String(error)),
      )
    })
    row.append(button)
  }
  add('SVG', () => new Blob([standalone(svg)], { type: 'image/svg+xml' }))
  add('PNG', () => picture(svg))
  if (csv !== undefined) add('CSV', async () => new Blob([await csv()], { type: 'text/csv' }))
  row.append(said)
  return row
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 1000)
}

/** A drawing as PNG on white. @throws Error where the browser gives none */
async function picture(svg: SVGElement): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([standalone(svg)], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = pictureScale * Number(svg.getAttribute('width'))
    canvas.height = pictureScale * Number(svg.getAttribute('height'))
    const context = canvas.getContext('2d')!
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (blob !== null) return blob
  } catch {
    // Said below.
  } finally {
    URL.revokeObjectURL(address)
  }
  throw new Error('This browser makes no PNG of it: take the SVG.')
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
