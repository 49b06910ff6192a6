import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of this package, as package.json has it. */
export function version(): string {
  const own: { version: string } = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
  )
  return own.version
}
