import { homedir } from 'node:os'
import { delimiter, isAbsolute, join, resolve } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The user's own cache folder for kinemetric: `$XDG_CACHE_HOME/kinemetric` where that is set (on every system), else
 * `~/Library/Caches/kinemetric` on macOS, `%LOCALAPPDATA%\kinemetric` on Windows, `~/.cache/kinemetric` elsewhere.
 */
export function cacheFolder(environment: Environment = process.env, platform: string = process.platform): string {
  const xdg = environment['XDG_CACHE_HOME']
  // The XDG specification says that a relative path here is to be ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'kinemetric')
  const home = environment['HOME'] ?? homedir()
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'kinemetric')
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'kinemetric')
  return join(home, '.cache', 'kinemetric')
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
  const folders = [...named.map((folder) => resolve(folder)), join(cacheFolder(environment, platform), 'weights')]
  return [...new Set(folders)]
}
