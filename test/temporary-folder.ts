import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []

/**
 * A new empty folder (its real path) that is removed when the test file ends, wherever in it the folder is asked for. This module stays loaded from one
 * test file to the next, so that it can register no hook itself: `test/setup.ts` does, for each file.
 */
export async function temporaryFolder(prefix: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), prefix)))
  made.push(folder)
  return folder
}

/** Has the folders removed when the test file ends that is about to be read. */
export function removeTemporaryFolders(): void {
  afterAll(async () => {
    for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true })
  })
}
