// Charts that can be taken away as files.
import { figureButton } from './page/take-figure.ts'

for (const figure of document.querySelectorAll<HTMLElement>('.figures figure')) {
  const svg = figure.querySelector<SVGElement>('svg.chart')
  if (svg !== null) figure.append(figureButton(svg, figure.querySelector('figcaption')?.textContent ?? 'figure'))
}
