/** The system's code of an error (`ENOENT`), or undefined where it has none. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

const noSpace: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EFBIG', 'disk-full']

/** Whether an error, or what caused it, says that no space, quota or file size is left. */
export function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (noSpace.includes(systemCode(cause))) return true
    // FFmpeg has the system's words and not its code.
    if (/no space left on device|disk quota exceeded|file too large/i.test(cause.message)) return true
  }
  return false
}
