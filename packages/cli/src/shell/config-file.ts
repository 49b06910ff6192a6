import { realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { homeFolder, isThere, liesInside, readRawJson } from '@kinemetric/files'
import { cliError } from '../output/cli-error.ts'
import { nearestName } from './nearest-name.ts'

/** What stands in a file of settings for an option: `--no-site` is `"site": false`, an option that is given several times a list. */
export type ConfigValue = string | number | boolean | readonly string[]

/** Settings of one command, by the names of its options. */
export type CommandSettings = Readonly<Record<string, ConfigValue>>

/** A file of what one always passes. */
export interface ConfigFile {
  path: string
  /** By command: `score`, `report build`. */
  commands: ReadonlyMap<string, CommandSettings>
}

export const configName = 'kinemetric.json'

/**
 * The file of settings that holds: the one that was named, that of `KINEMETRIC_CONFIG` (empty: none), or `kinemetric.json` in the working folder or above it, up to
 * the root of its repository or the user's home. Outside of both only the working folder is looked in: above it may lie what others put there.
 * @throws KinemetricError `bad-config` for one that is named and not there, or not a file of settings
 */
export async function findConfig(
  named: string | undefined,
  knownCommands: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ConfigFile | undefined> {
  const asked = named ?? environment.KINEMETRIC_CONFIG
  if (asked === '') return undefined
  const path = asked === undefined ? await nearestConfig(process.cwd(), environment) : resolve(asked)
  return path === undefined ? undefined : readConfig(path, knownCommands)
}

async function nearestConfig(folder: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const given = homeFolder(environment)
  const home = given === undefined ? undefined : await realpath(given).catch(() => undefined)
  const places: string[] = []
  let end: string | undefined
  for (let place = await realpath(folder); ; place = dirname(place)) {
    places.push(place)
    if (await isThere(join(place, '.git'))) end = place
    if (end !== undefined || dirname(place) === place) break
  }
  end ??= home !== undefined && home !== '/' && liesInside(home, places[0]) ? home : places[0]
  for (const place of places) {
    const path = join(place, configName)
    if (
      await stat(path).then(
        (found) => found.isFile(),
        () => false,
      )
    )
      return path
    if (place === end) return undefined
  }
  return undefined
}

async function readConfig(path: string, knownCommands: readonly string[]): Promise<ConfigFile> {
  const value = await readRawJson(path)
  if (!isObject(value)) throw cliError('bad-config', path, { expected: 'an object of commands', found: kindOf(value) })
  const commands = new Map<string, CommandSettings>()
  for (const [name, settings] of Object.entries(value)) {
    const [first] = name.split(' ')
    if (!knownCommands.includes(first))
      throw cliError('bad-config', `${path}: ${name}`, {
        expected: 'a command of kinemetric',
        found: 'none of that name',
        then: nearestName(first, knownCommands),
      })
    if (!isObject(settings))
      throw cliError('bad-config', `${path}: ${name}`, {
        expected: 'an object of options',
        found: kindOf(settings),
        then: `for example { "${name}": { "json": true } }`,
      })
    commands.set(name, settingsOf(`${path}: ${name}`, settings))
  }
  return { path, commands }
}

function settingsOf(where: string, settings: object): CommandSettings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]: [string, unknown]): [string, ConfigValue] => {
      if (isValue(value)) return [name, value]
      throw cliError('bad-config', `${where}: ${name}`, {
        expected: 'a text, a number, true, false, or a list of texts',
        found: kindOf(value),
      })
    }),
  )
}

function isValue(value: unknown): value is ConfigValue {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string')
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kindOf(value: unknown): string {
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`
}
