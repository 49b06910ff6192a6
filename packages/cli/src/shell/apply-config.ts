import { delimiter, dirname, resolve } from 'node:path'
import type { Command, Option } from 'commander'
import { cliError } from '../output/cli-error.ts'
import { isPath, placeholderOf } from './command-node.ts'
import type { ConfigFile, ConfigValue } from './config-file.ts'
import { nearestName } from './nearest-name.ts'

/** A setting that a file has for an option. */
export interface ConfigSetting {
  /** As it is written on a command line. */
  option: string
  value: ConfigValue
  /** Why it does not hold; undefined where it does. */
  instead: string | undefined
}

/** What is decided each time, and by whoever runs the command: a file that lies in a folder somebody got from elsewhere must not decide it. */
const eachTime: Readonly<Record<string, string>> = {
  overwrite: 'what is there is replaced',
  restart: 'an unfinished run is forgotten',
  'take-lock': 'another’s lock is taken',
  unverified: 'weights are taken that nothing vouches for',
  yes: 'a licence is agreed to',
  url: 'weights come from another address',
  host: 'a server listens elsewhere',
  'allow-host': 'a server answers to other names',
  checkpoint: 'weights are others',
  set: 'settings of a method or a metric are others',
  help: 'it is a question',
  version: 'it is a question',
}

/** Variables of the environment that say the same as an option: they go before a file. */
const variables: Readonly<Record<string, string>> = {
  cache: 'KINEMETRIC_CACHE',
  weights: 'KINEMETRIC_WEIGHTS',
  threads: 'KINEMETRIC_THREADS',
}

/**
 * Gives a command the values that a file of settings has for it, where neither the command line nor the environment has one: they are parsed as the command line's, and paths are
 * from the file's folder.
 * @param name of the command with those above it, `report build`
 * @returns each setting of the file, whether it holds or not
 * @throws KinemetricError `bad-config` for an option that the command does not have, one that a file may not decide, and a value that it does not take
 */
export function applyConfig(
  command: Command,
  name: string,
  file: ConfigFile,
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): ConfigSetting[] {
  const settings = file.commands.get(name) ?? {}
  const options = command.options.filter(({ long }) => long !== undefined)
  return Object.entries(settings).map(([key, value]) => {
    const where = `${file.path}: ${name}: ${key}`
    const negated = options.find(({ long }) => long === `--no-${key}`)
    const option = options.find(({ long }) => long === `--${key}`) ?? negated
    if (Object.hasOwn(eachTime, key))
      throw cliError('bad-config', where, {
        expected: 'a setting that may hold always',
        found: `one by which ${eachTime[key]}`,
        then: `say --${key} each time`,
      })
    if (option === undefined)
      throw cliError('bad-config', where, {
        expected: `an option of kinemetric ${name}`,
        found: 'none of that name',
        then: nearestName(
          key,
          options.map(({ long }) => long?.replace(/^--(?:no-)?/, '') ?? ''),
        ),
      })
    const chosen = value === false && negated !== undefined ? negated : option
    const setting = { option: written(chosen, value), value }
    const variable = Object.hasOwn(variables, key) ? variables[key] : undefined
    if (isGiven([option, ...(negated === undefined ? [] : [negated])], argv))
      return { ...setting, instead: 'the command line' }
    if (variable !== undefined && (environment[variable] ?? '') !== '') return { ...setting, instead: variable }
    command.setOptionValueWithSource(
      option.attributeName(),
      parsedValue(chosen, value, where, dirname(file.path)),
      'config',
    )
    return { ...setting, instead: undefined }
  })
}

function isGiven(options: readonly Option[], argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const words = end < 0 ? argv : argv.slice(0, end)
  return options.some(({ long, short }) =>
    words.some((word) => word === long || word === short || (long !== undefined && word.startsWith(`${long}=`))),
  )
}

/** The value as the command would have it of a command line. */
function parsedValue(option: Option, value: ConfigValue, where: string, folder: string): unknown {
  const refuse = (expected: string) => cliError('bad-config', where, { expected, found: JSON.stringify(value) })
  const takes = option.required || option.optional
  if (!takes) {
    if (typeof value !== 'boolean') throw refuse('true or false')
    return value
  }
  if (value === true && option.optional) return true
  if (typeof value === 'boolean') throw refuse('a value')
  const placeholder = placeholderOf(option.flags)
  const list = typeof value === 'object' ? value : [value]
  if (list.length > 1 && !option.variadic && option.parseArg === undefined) throw refuse('one value')
  let result: unknown = option.defaultValue
  for (const each of list.map(String)) {
    const text = isPath(placeholder) ? fromFolder(each, placeholder, folder) : each
    if (option.argChoices !== undefined && !option.argChoices.includes(text))
      throw refuse(`one of ${option.argChoices.join(', ')}`)
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- commander's own types say unknown and T of the same value
      result = option.parseArg === undefined ? text : option.parseArg(text, result as never)
    } catch (error) {
      throw refuse(error instanceof Error ? error.message.replace(/^expected |, found .*$/gs, '') : 'another value')
    }
  }
  return result
}

/** A path from the file's folder: also of lists as PATH has them, and behind `name=`. */
function fromFolder(text: string, placeholder: string, folder: string): string {
  if (placeholder === 'folders')
    return text
      .split(delimiter)
      .map((each) => resolve(folder, each))
      .join(delimiter)
  if (placeholder === 'file|name' && !/[./\\]/.test(text)) return text
  const [, start = '', path = text] = placeholder.includes('=') ? (/^([^=]*=)(.*)$/.exec(text) ?? []) : []
  return `${start}${resolve(folder, path)}`
}

/** As it would stand on a command line. */
function written({ long }: Option, value: ConfigValue): string {
  if (typeof value === 'boolean') return long ?? ''
  return typeof value === 'object' ? value.map((each) => `${long} ${each}`).join(' ') : `${long} ${value}`
}
