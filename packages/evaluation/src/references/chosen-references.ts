import { benchmarkError } from '@kinemetric/benchmark'
import { countOf, hashBytes } from '@kinemetric/files'
import { ClipNames } from './clip-names.ts'
import { namesOf } from './known-names.ts'
import type { ReferenceClip, ReferenceClips, ReferenceSet } from './reference-clips.ts'

/**
 * The references of these clips alone, in their own order; what is scored of them says how many of how many they are.
 * @throws KinemetricError `bad-option` for clips that the references do not have, or none at all
 */
export function chosenReferences(set: ReferenceSet, ids: readonly string[]): ReferenceSet {
  const { clips, failures, warnings, digest } = set
  const wanted = new Set(ids.map((id) => id.normalize('NFC')))
  const failed = failures.filter(({ clip }) => wanted.has(clip))
  const unknown = [...wanted].filter((id) => !clips.names.has(id) && !failed.some(({ clip }) => clip === id))
  if (unknown.length > 0 || wanted.size === 0)
    throw benchmarkError('bad-option', 'clips', {
      expected: `clips of the ${clips.length} that the references have`,
      found: wanted.size === 0 ? 'none' : listed(unknown),
    })
  const places = [...wanted]
    .map((id) => clips.names.indexOf(id))
    .filter((place) => place >= 0)
    .sort((a, b) => a - b)
  return {
    ...set,
    clips: new ChosenClips(clips, places),
    failures: failed,
    passedOver: namesOf(set),
    warnings: [
      ...warnings,
      `${places.length} of the ${countOf(clips.length, 'clip')} were asked for: every score is of these alone`,
    ],
    digest: hashBytes(JSON.stringify([digest, [...wanted].sort()])),
  }
}

function listed(ids: readonly string[]): string {
  const shown = ids.slice(0, 5).map((id) => JSON.stringify(id.slice(0, 100)))
  return `${shown.join(', ')}${ids.length > shown.length ? ` and ${ids.length - shown.length} more` : ''}`
}

class ChosenClips implements ReferenceClips {
  readonly names: ClipNames
  readonly #all: ReferenceClips
  /** Of the chosen among all. */
  readonly #places: readonly number[]

  constructor(all: ReferenceClips, places: readonly number[]) {
    this.#all = all
    this.#places = places
    this.names = ClipNames.of(places.map((place) => ({ id: all.names.idAt(place), unit: all.names.unitAt(place) })))
  }

  get length(): number {
    return this.#places.length
  }

  at(index: number): ReferenceClip {
    return this.#all.at(this.#places[index])
  }

  hasProbe(index: number): boolean {
    return this.#all.hasProbe(this.#places[index])
  }

  close(): void {
    this.#all.close()
  }
}
