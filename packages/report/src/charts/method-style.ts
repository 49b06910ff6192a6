import { element, type Markup } from '../markup/element.ts'

/** Colours that methods have; beyond so many, dash and marker go on telling them apart for as many again. */
export const seriesCount = 12

/** Dashes and markers: with each other they differ for every method that has a colour of its own, so that colour alone never tells. */
const dashes = ['', '7 3', '2 2', '12 4 2 4'] as const
const markers = ['circle', 'square', 'triangle', 'diamond', 'ring', 'frame'] as const

/** How a method is drawn everywhere, by its number from 1. */
export interface MethodStyle {
  colour: string
  /** For `stroke-dasharray`; '' is solid. */
  dash: (typeof dashes)[number]
  marker: (typeof markers)[number]
}

export function methodStyle(series: number): MethodStyle {
  if (series < 1) return { colour: 'var(--series-0)', dash: '', marker: 'circle' }
  const at = (series - 1) % seriesCount
  return { colour: `var(--series-${at + 1})`, dash: dashes[at % dashes.length], marker: markers[at % markers.length] }
}

/** A method's marker with its middle at a place; rings and frames show the paper through. */
export function markerAt(series: number, x: number, y: number, size = 4.5): Markup {
  const { colour, marker } = methodStyle(series)
  const open = marker === 'ring' || marker === 'frame'
  return element('path', {
    d: outline(marker, x, y, size),
    fill: open ? 'var(--paper)' : colour,
    stroke: open ? colour : 'var(--paper)',
    'stroke-width': open ? 2 : 1,
  })
}

function outline(marker: MethodStyle['marker'], x: number, y: number, size: number): string {
  const s = Number(size.toFixed(2))
  const [px, py] = [x, y].map((value) => Number(value.toFixed(2)))
  if (marker === 'circle' || marker === 'ring')
    return `M${px - s} ${py}a${s} ${s} 0 1 0 ${2 * s} 0a${s} ${s} 0 1 0 ${-2 * s} 0z`
  if (marker === 'square' || marker === 'frame') return `M${px - s} ${py - s}h${2 * s}v${2 * s}h${-2 * s}z`
  if (marker === 'triangle') return `M${px} ${py - s}l${s} ${1.8 * s}h${-2 * s}z`
  return `M${px} ${py - 1.2 * s}l${1.2 * s} ${1.2 * s}l${-1.2 * s} ${1.2 * s}l${-1.2 * s} ${-1.2 * s}z`
}

/** The mark of a method beside its name: a piece of its line with its marker. */
export function swatch(series: number): Markup {
  const { colour, dash } = methodStyle(series)
  return element(
    'svg',
    { class: 'swatch', viewBox: '0 0 30 12', width: 30, height: 12, 'aria-hidden': 'true' },
    element('path', { d: 'M0 6h30', stroke: colour, 'stroke-width': 2.5, 'stroke-dasharray': dash || undefined }),
    element('g', {}, markerAt(series, 15, 6)),
  )
}
