import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = process.env.KINEMETRIC_SHARED ?? join(import.meta.dirname, '..', '..', 'shared')

/** Path of a file in the shared folder of real clips, real weights and goldens (outside the repository). */
export function sharedPath(...parts: string[]): string {
  return join(root, ...parts)
}

/** Whether that file or folder is there. Tests that need it are skipped, and say so, where it is not. */
export function hasShared(...parts: string[]): boolean {
  const found = existsSync(sharedPath(...parts))
  if (!found)
    console.warn(
      `skipped: ${parts.join('/')} is not in the shared folder (real data and weights are not redistributable)`,
    )
  return found
}
