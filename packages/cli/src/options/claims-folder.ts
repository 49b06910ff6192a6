import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of claims to show: the one asked for, none (`false`), or the checkout's own `baselines/` when there is one. */
export function claimsFolder(asked: string | false | undefined): string | undefined {
  if (asked === false) return undefined
  if (asked !== undefined) return asked
  const own = join(import.meta.dirname, '..', '..', '..', '..', 'baselines')
  return existsSync(own) ? own : undefined
}
