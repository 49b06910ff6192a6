import { cliError } from './cli-error.ts'
import { tell } from './print.ts'

/**
 * Runs long work with a signal that Ctrl-C (SIGINT) or SIGTERM aborts: the work ends in order and keeps what it has
 * written. A second Ctrl-C ends the process at once; a SIGTERM behind the first does not: a script that started this process passes on what the terminal told both.
 * @param keeps whether the same command goes on from there when it is run again
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, keeps = true): Promise<T> {
  const kept = keeps ? 'what is done is kept, run the same command again to go on' : 'nothing is kept'
  const controller = new AbortController()
  let first: NodeJS.Signals | undefined
  const onSignal = (name: NodeJS.Signals) => {
    if (first === 'SIGINT' && name === 'SIGTERM') return
    if (first !== undefined) process.exit(130)
    first = name
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
