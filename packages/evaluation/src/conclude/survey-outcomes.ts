import { createHash } from 'node:crypto'
import { hashBytes } from '@kinemetric/files'
import type { KinemetricRecord, RecordFailure } from '@kinemetric/records'
import type { ClipMeasurements, ClipOutcome } from '../journal/measurement.ts'
import { byClip } from './conditions.ts'
import { decodingWarnings } from './decoding-warnings.ts'

/** What is to be said of all outcomes together. */
export interface OutcomeSurvey {
  /** Clips of which anything was tried, and of which anything was measured. */
  attempted: number
  scored: number
  /** Whether any clip has several samples that were measured. */
  several: boolean
  failures: RecordFailure[]
  /** In words, what decoding found odd. */
  warnings: string[]
  /** The names of samples and how many a clip has; undefined where every clip has one. */
  samples: KinemetricRecord['samples']
  /** sha256 over the sorted lines "<clip> <frames' sha256>"; of several samples those generated are "<clip>@<sample> …". null where no clip has a reference. */
  digests: { generated: string; reference: string | null }
}

/** Goes through all outcomes. @param outcomes those of each clip together; gone through again where they are not in the order of their names */
export function surveyOutcomes(outcomes: Iterable<ClipOutcome>): OutcomeSurvey {
  let [attempted, scored] = [0, 0]
  let several = false
  const failures: RecordFailure[] = []
  const odd: ClipMeasurements[] = []
  const names = new Set<string>()
  let [fewest, most] = [Number.POSITIVE_INFINITY, 0]
  const sides = { generated: new SortedLines(), reference: new SortedLines() }
  for (const lines of byClip(outcomes)) {
    attempted++
    fewest = Math.min(fewest, lines.length)
    most = Math.max(most, lines.length)
    let measured = 0
    for (const line of lines) {
      if (line.sample !== undefined) names.add(line.sample)
      if ('failure' in line) {
        failures.push(line.failure)
        continue
      }
      measured++
      failures.push(...line.failures)
      if (line.warnings !== undefined) odd.push(line)
      for (const side of ['generated', 'reference'] as const)
        if (line[side] !== undefined) sides[side].add(digestLine(line, side))
    }
    if (measured > 0) scored++
    several ||= measured > 1
  }
  const samples =
    names.size === 0
      ? undefined
      : { names: [...names].toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)), fewest, most }
  const digestOf = (side: 'generated' | 'reference') => sides[side].digest() ?? unsortedDigest(outcomes, side)
  return {
    attempted,
    scored,
    several,
    failures,
    warnings: decodingWarnings(odd),
    samples,
    digests: {
      generated: digestOf('generated'),
      reference: scored > 0 && sides.reference.isEmpty ? null : digestOf('reference'),
    },
  }
}

/** A clip's sample, and the frames of both sides by their sha256. */
type HashedFrames = Pick<ClipMeasurements, 'clip' | 'sample' | 'generated' | 'reference'>

/** Several samples of a clip have the one reference. */
function digestLine(line: HashedFrames, side: 'generated' | 'reference'): string {
  const { clip, sample } = line
  return `${sample === undefined || side === 'reference' ? clip : `${clip}@${sample}`} ${line[side]}\n`
}

/** Hashes lines as they come, as long as that is their order, each once. */
class SortedLines {
  readonly #hash = createHash('sha256')
  #last = ''
  #isSorted = true

  get isEmpty(): boolean {
    return this.#last === ''
  }

  add(line: string): void {
    if (line === this.#last) return
    this.#isSorted &&= this.#last < line
    this.#last = line
    if (this.#isSorted) this.#hash.update(line)
  }

  /** undefined where they came in another order */
  digest(): string | undefined {
    return this.#isSorted ? this.#hash.digest('hex') : undefined
  }
}

function unsortedDigest(outcomes: Iterable<ClipOutcome>, side: 'generated' | 'reference'): string {
  const measured: HashedFrames[] = []
  for (const line of outcomes) if (!('failure' in line)) measured.push(line)
  return framesDigest(measured, side)
}

/** sha256 over the sorted lines of all frames of a side, as a record has it; in whichever order they come. */
export function framesDigest(clips: Iterable<HashedFrames>, side: 'generated' | 'reference'): string {
  const lines = new Set<string>()
  for (const line of clips) if (line[side] !== undefined) lines.add(digestLine(line, side))
  return hashBytes([...lines].sort().join(''))
}
