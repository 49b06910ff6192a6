import { hashBytes, jsonLine, LinePlaces, passedOne, PlacedLines } from '@kinemetric/files'
import { KeyList } from './key-list.ts'
import { asOutcome, type ClipOutcome, type OutcomeKey } from './measurement.ts'

/** Outcomes by their keys. */
export interface OutcomeLookup {
  get(key: OutcomeKey): ClipOutcome | undefined
}

/** The lines of a journal by their keys: where they lie is held, what they say is read when it is asked for. */
export class JournalLines implements OutcomeLookup {
  readonly #keys = new KeyList()
  readonly #places = new LinePlaces()
  readonly #lines: PlacedLines

  constructor(path: string) {
    this.#lines = new PlacedLines(path)
  }

  /** A later line of a key stands for the earlier one. @param begin and end of the line in bytes of the file, without its line feed */
  set(key: OutcomeKey, begin: number, end: number): void {
    this.#places.set(this.#keys.add(key), begin, end)
  }

  has(key: OutcomeKey): boolean {
    const place = this.#keys.indexOf(key)
    return place >= 0 && this.#places.of(place).length > 0
  }

  /** @throws KinemetricError where the file has become shorter since */
  get(key: OutcomeKey): ClipOutcome | undefined {
    const place = this.#keys.indexOf(key)
    if (place < 0) return undefined
    passedOne()
    return this.#read(place)
  }

  /** @returns whether there was a line of that key */
  delete(key: OutcomeKey): boolean {
    if (!this.has(key)) return false
    this.#places.set(this.#keys.indexOf(key), 0, 0)
    return true
  }

  /** In the order in which their keys came. */
  *values(): Generator<ClipOutcome> {
    for (let place = 0; place < this.#keys.size; place++) {
      const outcome = this.#read(place)
      if (outcome !== undefined) yield outcome
    }
  }

  close(): void {
    this.#lines.close()
  }

  #read(place: number): ClipOutcome | undefined {
    const at = this.#places.of(place)
    return at.length === 0 ? undefined : asOutcome(parsed(this.#lines.text(at)))
  }
}

/** Of an outcome, without its line feed: JSON whose last field is a checksum of the others. */
export function outcomeLine(outcome: ClipOutcome): string {
  const text = jsonLine(outcome)
  return `${text.slice(0, -1)}${sumField(text)}`
}

/** The key of a line that is as it was written; undefined for any other. What it says is not looked at. */
export function keyOfLine(line: string): OutcomeKey | undefined {
  const begin = line.length - sumLength
  if (begin < 1 || !line.endsWith(sumField(`${line.slice(0, begin)}}`))) return undefined
  const [, clip, sample, against] = keyAtStart.exec(line) ?? []
  if (clip === undefined) return undefined
  return {
    clip: textOf(clip),
    ...(sample === undefined ? {} : { sample: textOf(sample) }),
    ...(against === undefined ? {} : { against: textOf(against) }),
  }
}

/** Whether a line says that its clip failed, wholly or in some metric. What else it says is not looked at. */
export function isFailedLine(line: string): boolean {
  const value = parsed(line)
  if (typeof value !== 'object' || value === null) return false
  return 'failure' in value || ('failures' in value && Array.isArray(value.failures) && value.failures.length > 0)
}

const string = String.raw`"(?:[^"\\]|\\.)*"`
const keyAtStart = new RegExp(`^\\{"clip":(${string})(?:,"sample":(${string}))?(?:,"against":(${string}))?,"stamp":`)

const sumLength = 26

/** `,"sum":"<16 digits>"}`: 64 bits of the sha256 of the line without it. */
export function sumField(text: string): string {
  return `,"sum":"${hashBytes(text).slice(0, 16)}"}`
}

function textOf(json: string): string {
  return String(parsed(json))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
