import { isError, type KinemetricError, sizeText } from '@kinemetric/files'
import { networkError } from '../tracklets/network-error.ts'
import type { WeightEntry } from './weight-entry.ts'

/** Weights that are needed and in none of the folders: the `details` of the error `weights`. */
export interface MissingWeights {
  readonly id: string
  readonly bytes: number
  readonly licence: string
  /** The command that gets them. */
  readonly command: string
  readonly searchPath: readonly string[]
  readonly entry: WeightEntry
}

/** The error `weights`. Says which, how large, under which licence, and how to get them. */
export function weightsMissing(entry: WeightEntry, searchPath: readonly string[]): KinemetricError {
  const { id, bytes, licence } = entry
  const command = `kinemetric weights pull ${id}`
  const details: MissingWeights = { id, bytes, licence, command, searchPath, entry }
  return networkError(
    'weights',
    '',
    `${entry.title} is needed, but is not in ${searchPath.join(', ') || 'any folder'}.\n` +
      `Size: ${sizeText(bytes)}. Licence: ${licence}.\n` +
      `Get it: ${command}\n` +
      `Have it already: kinemetric weights import FILE, or name its folder in KINEMETRIC_WEIGHTS.`,
    { details: { ...details } },
  )
}

/** What is missing, where an error says that weights are. */
export function missingWeights(error: unknown): MissingWeights | undefined {
  return isError(error, 'missing', 'weights') && isMissing(error.details) ? error.details : undefined
}

function isMissing(details: object): details is MissingWeights {
  return 'entry' in details && 'command' in details && 'licence' in details
}
