import type { WeightEntry } from './weight-entry.ts'

export type WeightsErrorCode =
  | 'unknown-id'
  | 'unknown-file'
  | 'not-found'
  | 'exists'
  | 'busy'
  | 'http'
  | 'network'
  | 'cut'
  | 'wrong-size'
  | 'wrong-hash'
  | 'disk-full'
  | 'write-failed'

/** Weights could not be fetched, imported or found in the catalogue. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError'
  readonly code: WeightsErrorCode
  /** HTTP status, where the server answered with one. */
  readonly status: number | undefined

  constructor(code: WeightsErrorCode, message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options)
    this.code = code
    this.status = options.status
  }
}

/** Weights that are needed are in none of the folders. Says which, how large, under which licence, and how to get them. */
export class WeightsMissingError extends Error {
  override readonly name = 'WeightsMissingError'
  readonly entry: WeightEntry
  readonly id: string
  readonly bytes: number
  readonly licence: string
  /** The command that gets them. */
  readonly command: string
  readonly searchPath: readonly string[]

  constructor(entry: WeightEntry, searchPath: readonly string[]) {
    const command = `kinemetric weights pull ${entry.id}`
    super(
      `${entry.title} is needed, but is not in ${searchPath.join(', ') || 'any folder'}.\n` +
        `Size: ${sizeText(entry.bytes)}. Licence: ${entry.licence}.\n` +
        `Get it: ${command}\n` +
        `Have it already: kinemetric weights import FILE, or name its folder in KINEMETRIC_WEIGHTS.`,
    )
    this.entry = entry
    this.id = entry.id
    this.bytes = entry.bytes
    this.licence = entry.licence
    this.command = command
    this.searchPath = searchPath
  }
}

/** A number of bytes for people: "6.0 kB", "244 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 'bytes'
  for (const next of units) {
    if (Math.round(value) < 1000) break
    value /= 1000
    unit = next
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`
}
