// Charts that can be taken away as files.
import { askedPart } from './page/asked-part.ts'
import { figureButtons } from './page/take-figure.ts'

for (const figure of document.querySelectorAll<HTMLElement>('.figures figure')) {
  const svg = figure.querySelector<SVGElement>('svg.chart')
  if (svg === null) continue
  const { of, csv } = figure.dataset
  const values = of === undefined ? undefined : async () => (await askedPart('chart-csv'))(of)
  figure.append(
    figureButtons(
      svg,
      figure.querySelector('figcaption')?.textContent ?? 'figure',
      csv === undefined ? values : () => Promise.resolve(csv),
    ),
  )
}
