import { toDom } from '../page/to-dom.ts'
import { loadTables } from './tables.ts'

/** The matrix of differences of the page: of another metric when asked for, and on phones a method at a time. */
export class Matrix {
  readonly #section = document.querySelector<HTMLElement>('[data-separates]')
  readonly #metric = document.querySelector<HTMLSelectElement>('[data-matrix-metric]')
  readonly #method = document.querySelector<HTMLSelectElement>('[data-matrix-method]')
  #shown = ''

  /** @param onChange told the key of the column that is shown */
  constructor(onChange: (key: string) => void) {
    this.#shown = this.#metric?.value ?? ''
    const picks = this.#section?.querySelector<HTMLElement>('[data-matrix-picks]')
    if (picks) picks.hidden = false
    this.#metric?.addEventListener('change', () => {
      void this.show(this.#metric!.value)
      onChange(this.#metric!.value)
    })
    this.#method?.addEventListener('change', () => this.#pickRow())
    this.#pickRow()
  }

  /** Keys of the columns that have a matrix. */
  get keys(): string[] {
    return [...(this.#metric?.options ?? [])].map(({ value }) => value)
  }

  /** Shows a column's pairs. @param key as the board calls the column */
  async show(key: string): Promise<void> {
    if (this.#section === null || this.#metric === null || key === this.#shown || !this.keys.includes(key)) return
    this.#metric.value = key
    const place = this.#section.querySelector('[data-matrix]')
    const caption = this.#section.querySelector<HTMLElement>('[data-matrix-caption]')
    if (place === null || caption === null) return
    try {
      const tables = await loadTables()
      const made = tables.matrix(key, caption.id)
      if (made === null || this.#metric.value !== key) return
      const { methods, table } = made
      caption.textContent = made.caption
      if (table !== null) place.replaceChildren(toDom(table))
      const picked = this.#method?.value
      this.#method?.replaceChildren(...methods.map(({ id, name }) => new Option(name, id, false, id === picked)))
      this.#shown = key
      this.#pickRow()
    } catch (error) {
      caption.textContent = error instanceof Error ? error.message : String(error)
    }
  }

  #pickRow(): void {
    const place = this.#section?.querySelector('[data-matrix]')
    place?.classList.add('picked-row')
    for (const row of place?.querySelectorAll<HTMLElement>('[data-method]') ?? [])
      row.classList.toggle('shown', row.dataset.method === this.#method?.value)
  }
}
