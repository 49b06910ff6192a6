import { stat } from 'node:fs/promises'
import { isError, readLines } from '@kinemetric/files'
import { isFailedLine, keyOfLine } from './journal-lines.ts'
import { KeyList } from './key-list.ts'

/** How many measurements a journal holds, and how many of clips against their own references failed. */
export interface JournalCounts {
  measured: number
  failed: number
}

/**
 * Counts the lines of a journal that grows: each is read once, however often it is asked. A last line that is not whole yet, and what follows a damaged one, count
 * once they are whole; a journal that was written anew is counted anew, and one that is not there holds nothing.
 */
export class JournalCount {
  readonly path: string
  /** Which file was counted. */
  #file = ''
  /** Up to where, in bytes. */
  #end = 0
  #keys = new KeyList()
  readonly #failed = new Set<number>()

  constructor(path: string) {
    this.path = path
  }

  /** @throws KinemetricError where the journal is there and cannot be read */
  async counts(): Promise<JournalCounts> {
    await this.#readOn()
    return { measured: this.#keys.size, failed: this.#failed.size }
  }

  async #readOn(): Promise<void> {
    const info = await stat(this.path).catch(() => undefined)
    const file = info === undefined ? '' : `${info.ino} ${info.birthtimeMs}`
    const size = info?.size ?? 0
    if (file !== this.#file || size < this.#end) {
      this.#file = file
      this.#end = 0
      this.#keys = new KeyList()
      this.#failed.clear()
    }
    if (size === this.#end) return
    try {
      for await (const lines of readLines(this.path, { from: this.#end }))
        for (const { text, end, isWhole } of lines) {
          // The first line names what decides the measurements, and is none.
          const key = this.#end === 0 ? undefined : keyOfLine(text)
          if (!isWhole || (this.#end > 0 && key === undefined)) return
          if (key !== undefined) this.#add(this.#keys.add(key), key.against === undefined && isFailedLine(text))
          this.#end = end
        }
    } catch (error) {
      // It was removed meanwhile: its record is written.
      if (!isError(error, 'input', 'not-found')) throw error
    }
  }

  /** A later line of a key stands for the earlier one. */
  #add(place: number, isFailed: boolean): void {
    if (isFailed) this.#failed.add(place)
    else this.#failed.delete(place)
  }
}
