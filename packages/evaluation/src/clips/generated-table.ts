import { join } from 'node:path'
import { grown, NameTable } from '@kinemetric/files'
import type { GeneratedSample } from './generated-clips.ts'

/**
 * What was generated, by clip, in the order in which it was found. Of a plain video file the name is held and how it ends; of all else (frames, samples, failures)
 * what it is.
 */
export class GeneratedTable {
  /** The folder, so that a name is written behind it. */
  readonly #start: string
  readonly #names = new NameTable()
  readonly #endings: string[] = []
  /** `[names]` the place of a plain video's ending, plus 1; 0 for what is none. */
  #endingOf = new Uint8Array(64)
  readonly #others = new Map<string, readonly GeneratedSample[]>()

  constructor(folder: string) {
    this.#start = join(folder, 'a').slice(0, -1)
  }

  get size(): number {
    return this.#names.size
  }

  /** The plain video `<clip><ending>` in the folder. */
  addVideo(clip: string, ending: string): void {
    const known = this.#endings.indexOf(ending)
    const place = known < 0 ? this.#endings.push(ending) : known + 1
    // As many ways to write an ending as nobody has.
    if (place > 255) this.set(clip, [{ path: `${this.#start}${clip}${ending}`, sample: undefined }])
    else this.#put(clip, place)
  }

  set(clip: string, samples: readonly GeneratedSample[]): void {
    this.#put(clip, 0)
    this.#others.set(clip, samples)
  }

  /** At least one; undefined for a clip of which nothing was generated. */
  get(clip: string): readonly GeneratedSample[] | undefined {
    const index = this.#names.indexOf(clip)
    if (index < 0) return undefined
    const ending = this.#endingOf[index]
    if (ending === 0) return this.#others.get(clip)
    return [{ path: `${this.#start}${clip}${this.#endings[ending - 1]}`, sample: undefined }]
  }

  /** Names of clips. */
  names(): Iterable<string> {
    return this.#names
  }

  #put(clip: string, ending: number): void {
    const index = this.#names.add(clip)
    this.#endingOf = grown(this.#endingOf, this.#names.size)
    this.#endingOf[index] = ending
  }
}
