import type { ComparedColumn } from '@kinemetric/records'
import { type BoardColumn, columnTitle } from '../../../../src/board/board-columns.ts'
import { testWords } from '../../../../src/board/board-foot.ts'
import { counted } from '../../../../src/board/summary/counted-words.ts'
import { mostInMatrix, pairMatrix } from '../../../../src/views/pair-matrix.ts'
import { toDom } from '../page/to-dom.ts'
import { loadBoard } from './board-data.ts'

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
      const { board } = await loadBoard()
      const column = board.columns.find((each) => each.key === key)
      if (column === undefined || !isCompared(column) || this.#metric.value !== key) return
      const nameOf = (id: string) => board.rows.find((row) => row.id === id)?.name ?? id
      const methods = column.compared.ranks.map(({ method }) => ({ id: method, name: nameOf(method) }))
      caption.textContent = `${columnTitle(column)}: ${testWords(column.compared)}, over ${counted(column.compared.clips.common, 'clip')}`
      if (methods.length <= mostInMatrix) place.replaceChildren(toDom(pairMatrix(column, methods, caption.id)))
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

function isCompared(column: BoardColumn): column is BoardColumn & { compared: ComparedColumn } {
  return column.compared !== null
}
