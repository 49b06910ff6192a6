import { homeFolder } from '@kinemetric/files'
import { accessSync, constants, existsSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'

/** How the user's own npm is run: a program with its first arguments. */
export type Npm = readonly [program: string, ...args: string[]]

/**
 * The user's own npm: the one that started this process, the first on PATH, or the one that came with this Node. Undefined where there is none. Its script is run
 * by this Node where it is known, so that no shell is needed on Windows.
 */
export function findNpm(
  environment: NodeJS.ProcessEnv = process.env,
  node: string = process.execPath,
): Npm | undefined {
  const scripts = [
    startedBy(environment['npm_execpath']),
    ...besideFolders(environment['PATH'] ?? ''),
    ...besideNode(node),
  ]
  const script = scripts.find((path) => path !== undefined && existsSync(path))
  if (script !== undefined && script.endsWith('.js')) return [node, script]
  return script === undefined ? undefined : [script]
}

/** npm and npx say where npm's script lies; other package managers say it of themselves. */
function startedBy(script: string | undefined): string | undefined {
  if (script === undefined) return undefined
  if (basename(script) === 'npx-cli.js') return join(dirname(script), 'npm-cli.js')
  return basename(script) === 'npm-cli.js' ? script : undefined
}

function besideFolders(path: string): string[] {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  const windows = process.platform === 'win32'
  return folders.map((folder) => join(folder, ...(windows ? ['node_modules', 'npm', 'bin', 'npm-cli.js'] : ['npm'])))
}

function besideNode(node: string): string[] {
  const npm = join('node_modules', 'npm', 'bin', 'npm-cli.js')
  return [join(dirname(dirname(node)), 'lib', npm), join(dirname(node), npm)]
}

/** npm's cache: its own where it can be written to, else the folder given. */
export function npmCacheArgument(instead: string, environment: NodeJS.ProcessEnv = process.env): string[] {
  if (environment['npm_config_cache'] ?? environment['NPM_CONFIG_CACHE']) return []
  const home = homeFolder(environment)
  if (home === undefined) return [`--cache=${instead}`]
  const cache = process.platform === 'win32' ? home : join(home, '.npm')
  try {
    accessSync(existsSync(cache) ? cache : home, constants.W_OK)
    return []
  } catch {
    return [`--cache=${instead}`]
  }
}
