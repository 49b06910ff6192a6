import { homeFolder } from '@kinemetric/files'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { networkError } from '../tracklets/network-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The user's own cache folder for kinemetric: `$XDG_CACHE_HOME/kinemetric` where that is set (on every system), else
 * `~/Library/Caches/kinemetric` on macOS, `%LOCALAPPDATA%\kinemetric` on Windows, `~/.cache/kinemetric` elsewhere. Undefined where there is no such
 * folder: a user without a home (a container that was started with a bare user id) works without.
 */
export function cacheFolder(
  environment: Environment = process.env,
  platform: string = process.platform,
): string | undefined {
  const xdg = environment['XDG_CACHE_HOME']
  // The XDG specification says that a relative path here is to be ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'kinemetric')
  const home = homeFolder(environment)
  if (platform === 'win32' && environment['LOCALAPPDATA']) return join(environment['LOCALAPPDATA'], 'kinemetric')
  if (home === undefined) return undefined
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'kinemetric')
  if (platform === 'win32') return join(home, 'AppData', 'Local', 'kinemetric')
  return join(home, '.cache', 'kinemetric')
}

/**
 * The folder in the user's cache for kinemetric, for what cannot do without. @throws KinemetricError `no-home` that says which variable names one
 * @param variable another variable that names the folder
 */
export function requireCacheFolder(variable: string, environment: Environment = process.env): string {
  const folder = cacheFolder(environment)
  if (folder !== undefined) return folder
  throw networkError('no-home', 'cache', {
    expected: 'a folder of the user',
    found: 'a user without a home',
    then: `set XDG_CACHE_HOME to a folder that can be written to, or ${variable}`,
  })
}

/**
 * The folders in which weights are looked for, in order: those of KINEMETRIC_WEIGHTS (separated as in PATH), so that
 * several machines can share one, then `weights` in the user's cache folder.
 */
export function weightSearchPath(
  environment: Environment = process.env,
  platform: string = process.platform,
): string[] {
  const named = (environment['KINEMETRIC_WEIGHTS'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const cache = cacheFolder(environment, platform)
  const own = cache === undefined ? [] : [join(cache, 'weights')]
  return [...new Set([...named.map((folder) => resolve(folder)), ...own])]
}
