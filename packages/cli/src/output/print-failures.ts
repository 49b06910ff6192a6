/** Says on stderr which clips failed, a line each. */
export function printFailures(failures: readonly { clip: string; reason?: string; message: string }[]): void {
  for (const { clip, reason, message } of failures)
    console.error(`failed: ${clip}: ${reason === undefined ? '' : `${reason}: `}${message}`)
}
