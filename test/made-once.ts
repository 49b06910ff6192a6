import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { inject } from 'vitest'
import './shared-folder.ts'

/**
 * A folder that the first test file of a run that asks for it fills, and that the others find full: what takes long to make and is only read. A file of
 * another worker that asks meanwhile waits.
 *
 * @param make fills the empty folder; what it throws fails every file that asks
 * @returns the folder's path
 */
export async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(inject('sharedFolder'), 'made', name)
  const [done, failed] = [`${folder}.done`, `${folder}.failed`]
  mkdirSync(join(folder, '..'), { recursive: true })
  try {
    mkdirSync(folder)
  } catch {
    while (!existsSync(done)) {
      if (existsSync(failed)) throw new Error(`${name} could not be made, see the test file that tried first`)
      await setTimeout(50)
    }
    return folder
  }
  try {
    await make(folder)
  } catch (error) {
    writeFileSync(failed, '')
    throw error
  }
  writeFileSync(done, '')
  return folder
}
