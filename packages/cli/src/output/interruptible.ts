import { cliError } from './cli-error.ts'
import { tell } from './print.ts'

/**
 * Runs long work with a signal that Ctrl-C (SIGINT) or SIGTERM aborts: the work ends in order and keeps what it has
 * written. A second Ctrl-C ends the process at once.
 * @param keeps whether the same command goes on from there when it is run again
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, keeps = true): Promise<T> {
  const kept = keeps ? 'what is done is kept, run the same command again to go on' : 'nothing is kept'
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130)
    tell(`\n${name}: stopping; ${kept}`)
    controller.abort(cliError('interrupted', '', `interrupted by ${name}: ${kept}`))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
