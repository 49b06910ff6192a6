import { join } from 'node:path'
import { NameTable, parseJson, readLines } from '@kinemetric/files'
import type { ClipStore } from './clip-store.ts'
import type { LoadedRecord } from '../results/load-results.ts'
import { ScratchFile } from './scratch-file.ts'

/** Hex digits that are kept of a hash. */
const digits = 16
/** Numbers a hash takes: 32 bits each. */
const words = 2
const sides = ['generated', 'reference'] as const

/**
 * The beginnings of the hashes of the frames that were scored, by method and clip, on disk. Of clips with several samples those of the first. Held is which clips are of
 * one source video.
 */
export class ClipHashes {
  readonly #file: ScratchFile
  readonly #clips: number
  readonly #units = new NameTable()
  readonly #unitOf: Int32Array

  private constructor(file: ScratchFile, clips: number) {
    this.#file = file
    this.#clips = clips
    this.#unitOf = new Int32Array(clips).fill(-1)
  }

  /** Reads the hashes of all methods. Lines that are none are passed over, as is a file that cannot be read. @param folder of our own */
  static async read(store: ClipStore, loaded: readonly LoadedRecord[], folder: string): Promise<ClipHashes> {
    const file = new ScratchFile(join(folder, 'hashes'))
    const hashes = new ClipHashes(file, store.ids.length)
    for (const [method, { hashesPath, shown }] of loaded.entries()) {
      if (hashesPath === null) continue
      try {
        for await (const lines of readLines(hashesPath))
          for (const { text } of lines) hashes.#take(method, text, (clip) => store.placeOf(shown(clip)))
      } catch {
        continue
      }
    }
    return hashes
  }

  /** 16 hex digits of each side, '' where they are not known. */
  of(method: number, clip: number): { generated: string; reference: string } {
    const [generated, reference] = sides.map((_, side) => {
      const at = this.#placeOf(method, clip, side)
      const [high, low] = [this.#file.get(at), this.#file.get(at + 1)]
      return high === 0 && low === 0 ? '' : hex(high) + hex(low)
    })
    return { generated, reference }
  }

  /** The source video of each of these clips, by number; −1 for a clip that stands for itself. */
  unitsOf(clips: readonly number[]): Int32Array {
    return Int32Array.from(clips, (clip) => this.#unitOf[clip])
  }

  close(): void {
    this.#file.close()
  }

  #take(method: number, line: string, placeOf: (clip: string) => number | undefined): void {
    const found = parsed(line)
    if (found === null) return
    const clip = placeOf(found.clip)
    if (clip === undefined) return
    if (found.unit !== undefined) this.#unitOf[clip] = this.#units.add(found.unit)
    for (const [side, name] of sides.entries()) {
      const at = this.#placeOf(method, clip, side)
      const hash = found[name]
      if (this.#file.get(at) !== 0 || !/^[0-9a-f]{64}$/.test(hash)) continue
      this.#file.set(at, Number.parseInt(hash.slice(0, digits / 2), 16))
      this.#file.set(at + 1, Number.parseInt(hash.slice(digits / 2, digits), 16))
    }
  }

  #placeOf(method: number, clip: number, side: number): number {
    return ((method * this.#clips + clip) * sides.length + side) * words
  }
}

function parsed(line: string): { clip: string; unit?: string; generated: string; reference: string } | null {
  try {
    const value: unknown = parseJson(line)
    if (typeof value !== 'object' || value === null) return null
    const { clip, unit, generated, reference }: Record<string, unknown> = { ...value }
    return typeof clip === 'string' && typeof generated === 'string' && typeof reference === 'string'
      ? { clip, ...(typeof unit === 'string' ? { unit } : {}), generated, reference }
      : null
  } catch {
    return null
  }
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
