import type { FeatureNeeds } from './recipe.ts'
import { InterchangeError } from './interchange-error.ts'

/** Where features or statistics come from, as our own files carry it in their entry `kinemetric`. */
export interface FeatureOrigin {
  network: string
  preprocessing: string
  batchNormEpsilon: number
  /** sha256 of the network's tensors. */
  digest?: string | undefined
  /** What was scored: protocol, split, number of clips, in the author's words. */
  title?: string | undefined
}

/** Name of the entry in an .npz. */
export const ORIGIN_ENTRY = 'kinemetric'

export function formatOrigin(origin: FeatureOrigin): string {
  return JSON.stringify({ schema: 'kinemetric/features@1', ...origin })
}

/** @throws InterchangeError `damaged` when the entry is no origin */
export function parseOrigin(text: string, where: string): FeatureOrigin {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new InterchangeError('damaged', where, 'expected JSON in the entry', { cause: error })
  }
  if (isOrigin(value)) {
    const { network, preprocessing, batchNormEpsilon, digest, title } = value
    return { network, preprocessing, batchNormEpsilon, digest, title }
  }
  throw new InterchangeError(
    'damaged',
    where,
    `expected network, preprocessing and batchNormEpsilon; found ${text.slice(0, 120)}`,
  )
}

/** Why features of this origin do not fit the needs of a recipe: the first difference, or undefined when they do. */
export function originMismatch(origin: FeatureOrigin, needs: FeatureNeeds): string | undefined {
  for (const key of ['network', 'preprocessing', 'batchNormEpsilon'] as const) {
    if (origin[key] !== needs[key]) return `${key} ${needs[key]}; found ${origin[key]}`
  }
  return undefined
}

function isOrigin(value: unknown): value is FeatureOrigin {
  if (typeof value !== 'object' || value === null) return false
  const { network, preprocessing, batchNormEpsilon, digest, title } = value as Record<string, unknown>
  const optionalText = (x: unknown): boolean => x === undefined || typeof x === 'string'
  return (
    typeof network === 'string' &&
    typeof preprocessing === 'string' &&
    typeof batchNormEpsilon === 'number' &&
    optionalText(digest) &&
    optionalText(title)
  )
}
