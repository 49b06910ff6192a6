import { grown, NameTable } from '@kinemetric/files'

/** A clip as a conclusion knows it. */
export interface NamedClip {
  id: string
  /** The source video, where several of the clips are cut from it: such clips are no independent ones. Undefined: the clip stands for itself. */
  unit?: string | undefined
}

/** The names of clips in their order, each once, and the source videos that several of them share: a few bytes each. */
export class ClipNames implements Iterable<NamedClip> {
  readonly #ids: NameTable
  readonly #units = new NameTable()
  /** `[ids]` the place of its source video, plus 1; 0 where it stands for itself. */
  #unitOf = new Uint32Array(0)

  /** @param ids of clips without units, which may be added to */
  constructor(ids = new NameTable()) {
    this.#ids = ids
  }

  static of(clips: Iterable<NamedClip>): ClipNames {
    const names = new ClipNames()
    for (const clip of clips) names.add(clip)
    return names
  }

  get length(): number {
    return this.#ids.size
  }

  add({ id, unit }: NamedClip): void {
    const index = this.#ids.add(id)
    if (unit !== undefined) this.setUnit(index, unit)
  }

  setUnit(index: number, unit: string): void {
    this.#unitOf = grown(this.#unitOf, index + 1)
    this.#unitOf[index] = this.#units.add(unit) + 1
  }

  idAt(index: number): string {
    return this.#ids.at(index)
  }

  unitAt(index: number): string | undefined {
    const unit = this.#unitOf[index] ?? 0
    return unit === 0 ? undefined : this.#units.at(unit - 1)
  }

  /** The source video of a clip by its name; undefined where it stands for itself. */
  unitOf(id: string): string | undefined {
    return this.unitAt(this.indexOf(id))
  }

  /** @returns −1 for a name that is none of theirs */
  indexOf(id: string): number {
    return this.#ids.indexOf(id)
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  *[Symbol.iterator](): Generator<NamedClip> {
    for (let index = 0; index < this.length; index++) {
      const unit = this.unitAt(index)
      yield unit === undefined ? { id: this.idAt(index) } : { id: this.idAt(index), unit }
    }
  }
}
