import { NameTable } from '@kinemetric/files'
import type { OutcomeKey } from './measurement.ts'

/** Keys of outcomes, each once, in their order: a few bytes more than their names take. */
export class KeyList implements Iterable<OutcomeKey> {
  readonly #texts = new NameTable()

  constructor(keys: Iterable<OutcomeKey> = []) {
    for (const key of keys) this.add(key)
  }

  get size(): number {
    return this.#texts.size
  }

  /** @returns the key's place */
  add(key: OutcomeKey): number {
    return this.#texts.add(keyText(key))
  }

  /** @returns −1 for one that is not there */
  indexOf(key: OutcomeKey): number {
    return this.#texts.indexOf(keyText(key))
  }

  *[Symbol.iterator](): Generator<OutcomeKey> {
    for (const text of this.#texts) yield keyOf(text)
  }
}

/** A clip's only sample against its own reference is called by the clip's name alone, as most are. */
function keyText({ clip, sample, against }: OutcomeKey): string {
  if (sample === undefined && against === undefined) return clip
  return [partText(sample), partText(against), clip].join('\0')
}

function partText(part: string | undefined): string {
  return part === undefined ? '' : `=${part}`
}

function keyOf(text: string): OutcomeKey {
  const [sample, against, ...clip] = text.split('\0')
  if (against === undefined) return { clip: text }
  return {
    clip: clip.join('\0'),
    ...(sample === '' ? {} : { sample: sample.slice(1) }),
    ...(against === '' ? {} : { against: against.slice(1) }),
  }
}
