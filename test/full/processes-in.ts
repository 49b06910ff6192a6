import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'

/** Command lines of processes that work in a folder: children whose parent was killed, too. Empty where there is no /proc. */
export function processesIn(folder: string): string[] {
  if (process.platform !== 'linux') return []
  const place = realpathSync(folder)
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) !== place) return []
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()].filter((line) => line !== '')
    } catch {
      // It has ended meanwhile, or is another user's.
      return []
    }
  })
}

/** The same, once they have had the time to notice that their parent is gone. */
export async function processesLeftIn(folder: string, waitMs = 10_000): Promise<string[]> {
  const until = performance.now() + waitMs
  for (;;) {
    const left = processesIn(folder)
    if (left.length === 0 || performance.now() > until) return left
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
