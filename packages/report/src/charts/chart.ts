/** A chart as SVG whose colours are CSS variables, with a text for those who cannot see it. */
export interface Chart {
  title: string
  /** What it shows, for screen readers and as the caption. */
  description: string
  svg: string
  /** The clips' values that it draws, which pages have in their data files. */
  of?: { metric: string; recipe: string; methods: string[] }
  /** What it draws as CSV, where that is little. */
  csv?: string
}
