import { isDiskFull, isError, isForeseenFull } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'

/** What ends a preparation, as its caller is told. @param signal that may have stopped it */
export function writingError(error: unknown, out: string, signal: AbortSignal | undefined): unknown {
  if (isError(error, 'stopped')) return error
  if (signal?.aborted === true) return aborted(out, error)
  // Seen before anything was cut: it says how much is wanted.
  if (isForeseenFull(error)) return error
  if (isDiskFull(error)) {
    const said = 'no space left; finished clips are kept, run again when there is space'
    return benchmarkError('disk-full', out, said, { cause: error })
  }
  if (isError(error, 'disk'))
    return benchmarkError('write-failed', out, error.where === out ? error.sentence : error.message, { cause: error })
  return error
}

function aborted(out: string, cause?: unknown) {
  return benchmarkError('aborted', out, 'stopped; finished clips are kept', cause === undefined ? {} : { cause })
}
