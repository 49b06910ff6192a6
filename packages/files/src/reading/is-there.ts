import { access } from 'node:fs/promises'

/** Whether something of that name is there, and can be reached. */
export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
