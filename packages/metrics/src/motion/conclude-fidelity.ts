import type { MotionDetails, Score } from '@kinemetric/records'
import type { Tracklets } from '@kinemetric/networks'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { Scored } from '../spec/mean-of-clips.ts'
import type { Json, MeasuredClip, MeasuredSet } from '../spec/measured-set.ts'
import type { Concluding } from '../spec/metric-spec.ts'
import { concludeMotion, meanOrNull } from './conclude-motion.ts'
import { derangement } from './derangement.ts'

/** What motion fidelity finds in each direction for one object. */
export interface Directions {
  generatedToReference: number
  referenceToGenerated: number
}

/** The directions of a clip's objects as its measurement keeps them. */
export function directionNotes(objects: readonly Directions[]): Json {
  return objects.map(({ generatedToReference, referenceToGenerated }) => [
    finiteOrNull(generatedToReference),
    finiteOrNull(referenceToGenerated),
  ])
}

/** The score of motion fidelity: with both directions, and the value that unrelated motion gets on the same clips. */
export async function concludeFidelity<R extends RecipeInfo>(
  metric: Scored<R>,
  set: MeasuredSet,
  recipe: R,
  how: Concluding,
  fidelity: (generated: Tracklets, reference: Tracklets) => number | string,
): Promise<Score> {
  const pairs = [...set.clips].flatMap(directionsOf)
  const details: Partial<MotionDetails> = {
    directions: {
      generatedToReference: meanOrNull(pairs.map(([forward]) => forward)),
      referenceToGenerated: meanOrNull(pairs.map(([, backward]) => backward)),
    },
  }
  const baseline = await shuffled(set, how.seeds.shuffle, fidelity)
  if (typeof baseline === 'string')
    return concludeMotion(metric, set, recipe, how, { details, warnings: [`no shuffled baseline: ${baseline}`] })
  return concludeMotion(metric, set, recipe, how, { details: { ...details, shuffledBaseline: baseline }, warnings: [] })
}

/** Generated clip i against the reference of another clip, one cycle through all clips; the first object of each that is scored. */
async function shuffled(
  set: MeasuredSet,
  seed: number,
  fidelity: (generated: Tracklets, reference: Tracklets) => number | string,
): Promise<NonNullable<MotionDetails['shuffledBaseline']> | string> {
  const first = [...set.clips].flatMap(
    ({ objects = [] }) => objects.find((object) => object.tracks !== null)?.tracks ?? [],
  )
  if (first.length < 2) return `it needs two clips, found ${first.length}`
  const partners = derangement(first.length, seed)
  let sum = 0
  for (const [i, own] of first.entries()) {
    // Two clips at a time: the tracklets of a large set need not fit in memory.
    const generated = await set.tracklets(own.generated)
    const reference = await set.tracklets(first[partners[i]].reference)
    if (generated === undefined || reference === undefined) return 'the tracks are no longer in the cache'
    if (generated.length !== reference.length) return 'the clips have different numbers of frames'
    const value = fidelity(generated, reference)
    if (typeof value === 'string') return value
    sum += value
  }
  const value = sum / first.length
  return { value: Number.isFinite(value) ? value : null, n: first.length, seed }
}

/**
 * Motion fidelity of a generated clip against another clip's reference, from the tracks of both: the mean over the generated objects, each against one
 * object of the other clip (in turn, where it has several). Undefined where either has no tracks, or they cannot be compared.
 */
export async function unrelatedFidelity(
  generated: MeasuredClip,
  reference: MeasuredClip,
  tracklets: MeasuredSet['tracklets'],
  fidelity: (generated: Tracklets, reference: Tracklets) => number | string,
): Promise<number | undefined> {
  const own = (generated.objects ?? []).flatMap(({ tracks }) => (tracks === null ? [] : [tracks.generated]))
  const others = (reference.objects ?? []).flatMap(({ tracks }) => (tracks === null ? [] : [tracks.reference]))
  if (own.length === 0 || others.length === 0) return undefined
  const values: number[] = []
  for (const [index, address] of own.entries()) {
    const moved = await tracklets(address)
    const other = await tracklets(others[index % others.length])
    if (moved === undefined || other === undefined || moved.length !== other.length) return undefined
    const value = fidelity(moved, other)
    if (typeof value === 'string' || Number.isNaN(value)) return undefined
    values.push(value)
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function directionsOf({ notes }: MeasuredClip): [number | null, number | null][] {
  if (!Array.isArray(notes)) return []
  return notes.flatMap((pair: unknown) => (isDirections(pair) ? [pair] : []))
}

function isDirections(pair: unknown): pair is [number | null, number | null] {
  return Array.isArray(pair) && pair.length === 2 && pair.every((value) => value === null || typeof value === 'number')
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
