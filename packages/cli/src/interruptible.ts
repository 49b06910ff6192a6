/**
 * Runs long work with a signal that Ctrl-C (SIGINT) or SIGTERM aborts: the work ends in order and keeps what it has
 * written. A second Ctrl-C ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130)
    console.error(`\n${name}: stopping; what is done is kept, run the same command again to go on`)
    controller.abort(new Error(`interrupted by ${name}: what was done is kept, run the same command again to go on`))
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
