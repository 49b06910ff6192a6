import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Where a folder that travels with kinemetric lies (`baselines`): at the checkout's root, or beside the compiled packages where it is installed.
 * A folder that is nowhere is told as the checkout's, so that the error names a place.
 */
export function ownFolder(name: string): string {
  const here = import.meta.dirname
  // packages/files/src in a checkout; where it is installed <package>/dist, or <package>/dist/files of several in one.
  const places = [join(here, '..', '..', '..', name), join(here, '..', '..', name), join(here, '..', name)]
  return places.find((place) => existsSync(place)) ?? places[0]
}
