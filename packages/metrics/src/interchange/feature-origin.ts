import type { FeatureNeed } from '@kinemetric/networks'
import { parseJson } from '@kinemetric/files'
import { GIVEN } from '../features/of-encoder.ts'
import { interchangeError } from './interchange-error.ts'

/** Where features or statistics come from, as our own files carry it in their entry `kinemetric`. */
export interface FeatureOrigin {
  network: string
  preprocessing: string
  /** What else decides the features, such as `bneps-0.001`. */
  variant?: string | undefined
  /** sha256 of the network's tensors. */
  digest?: string | undefined
  /** What was scored: protocol, split, number of clips, in the author's words. */
  title?: string | undefined
  /** Frames that were left out of every clip. */
  excluded?: readonly number[] | undefined
  /** Clips that have rows, and clips that failed and have none. */
  clips?: number | undefined
  failed?: number | undefined
  /** The network's file was given by hand: nothing vouches for its content. */
  unverified?: boolean | undefined
}

/** Name of the entry in an .npz. */
export const ORIGIN_ENTRY = 'kinemetric'

export function formatOrigin(origin: FeatureOrigin): string {
  return JSON.stringify({ schema: 'kinemetric/features@1', ...origin })
}

/** @throws KinemetricError `damaged` when the entry is no origin */
export function parseOrigin(text: string, where: string): FeatureOrigin {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    throw interchangeError('damaged', where, 'expected JSON in the entry', { cause: error })
  }
  if (isOrigin(value)) {
    const { network, preprocessing, digest, title, excluded, clips, failed, unverified } = value
    return { network, preprocessing, variant: variantOf(value), digest, title, excluded, clips, failed, unverified }
  }
  throw interchangeError('damaged', where, { expected: 'network and preprocessing', found: text.slice(0, 120) })
}

function variantOf({ variant, batchNormEpsilon }: StoredOrigin): string | undefined {
  return variant ?? (batchNormEpsilon === undefined ? undefined : `bneps-${batchNormEpsilon}`)
}

/** Why features of this origin do not fit the need of a recipe: the first difference, or undefined when they do. */
export function originMismatch(
  origin: FeatureOrigin,
  need: FeatureNeed,
): { expected: string; found: string } | undefined {
  // How rows of an encoder without a card here were made is its own affair.
  const keys =
    need.preprocessing === GIVEN ? (['network'] as const) : (['network', 'preprocessing', 'variant'] as const)
  for (const key of keys) {
    if (origin[key] !== need[key]) return { expected: `${key} ${need[key]}`, found: String(origin[key]) }
  }
  return undefined
}

/** What a reader of a score between two sides has to know of where they come from; nothing where they fit and are whole. */
export function originDoubts(generated: FeatureOrigin | undefined, reference: FeatureOrigin | undefined): string[] {
  const doubts: string[] = []
  const [a, b] = [generated, reference].map((origin) => origin?.excluded?.join(', '))
  if (a !== undefined && b !== undefined && a !== b)
    doubts.push(
      `frames left out of each clip: ${a || 'none'} in the generated features, ${b || 'none'} in the reference's`,
    )
  if (generated?.digest !== undefined && reference?.digest !== undefined && generated.digest !== reference.digest)
    doubts.push('the two sides come from networks of other tensors: their features are not comparable')
  for (const [name, origin] of Object.entries({ generated, reference })) {
    if (origin?.failed !== undefined && origin.failed > 0)
      doubts.push(`the ${name} features are of ${origin.clips ?? 'the other'} clips; ${origin.failed} failed`)
    if (origin?.unverified === true)
      doubts.push(`the network of the ${name} features was given by hand: nothing vouches for its content`)
  }
  return doubts
}

/** As it lies in a file: versions before 0.2 wrote `batchNormEpsilon` where there is a variant now. */
interface StoredOrigin extends FeatureOrigin {
  batchNormEpsilon?: number
}

function isOrigin(value: unknown): value is StoredOrigin {
  if (typeof value !== 'object' || value === null) return false
  const has = (key: string, type: 'string' | 'number' | 'boolean', required = false): boolean => {
    const field: unknown = Reflect.get(value, key)
    return field === undefined ? !required : typeof field === type
  }
  const excluded: unknown = Reflect.get(value, 'excluded')
  return (
    has('network', 'string', true) &&
    has('preprocessing', 'string', true) &&
    has('variant', 'string') &&
    has('batchNormEpsilon', 'number') &&
    has('digest', 'string') &&
    has('title', 'string') &&
    has('clips', 'number') &&
    has('failed', 'number') &&
    has('unverified', 'boolean') &&
    (excluded === undefined || (Array.isArray(excluded) && excluded.every((frame) => typeof frame === 'number')))
  )
}
