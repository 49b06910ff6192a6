/** A chart as SVG whose colours are CSS variables, with a text for those who cannot see it. */
export interface Chart {
  title: string
  /** What it shows, for screen readers and as the caption. */
  description: string
  svg: string
}
