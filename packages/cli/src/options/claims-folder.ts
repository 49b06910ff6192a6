import { existsSync } from 'node:fs'
import { ownFolder } from '@kinemetric/files'

/** The folder of claims to show: the one asked for, none (`false`), or kinemetric's own `baselines/` where it is there. */
export function claimsFolder(asked: string | false | undefined): string | undefined {
  if (asked === false) return undefined
  if (asked !== undefined) return asked
  const own = ownFolder('baselines')
  return existsSync(own) ? own : undefined
}
