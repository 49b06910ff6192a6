import { issuesOf } from '@kinemetric/files'
import type { MethodSetting, MethodSpec } from '@kinemetric/records'
import { z } from 'zod'
import type { Settings } from './generator.ts'
import { runnerError } from './runner-error.ts'

const jsonSchema = z.json()

/**
 * A method's settings: what method.json has, a preset's in their place, and what was asked for in the place of those.
 * @throws KinemetricError `bad-option` for a setting or preset that method.json does not name, with those that it does; for a value that is no JSON, of
 * another type or outside of its range
 */
export function settingsOf(spec: MethodSpec, given: Readonly<Record<string, unknown>> = {}, preset?: string): Settings {
  const described = Object.entries(spec.settings).map(([name, setting]) => [name, setting.default] as const)
  const usual = { ...spec.defaults, ...Object.fromEntries(described) }
  const asked = Object.entries(given).map(([name, value]) => {
    const { data, success } = jsonSchema.safeParse(value)
    if (success) return [name, data] as const
    throw runnerError('bad-option', `set ${name}`, { expected: allowedOf(spec, name), found: shown(value) })
  })
  const named: Settings = { ...presetOf(spec, preset), ...Object.fromEntries(asked) }
  for (const [name, value] of Object.entries(named)) {
    const setting = Object.hasOwn(spec.settings, name) ? spec.settings[name] : undefined
    if (setting === undefined && !Object.hasOwn(spec.defaults, name))
      throw runnerError('bad-option', 'set', { expected: `a setting of ${spec.id} (${knownOf(spec)})`, found: name })
    if (setting !== undefined && !isAllowed(setting, value))
      throw runnerError('bad-option', `set ${name}`, { expected: allowed(setting), found: shown(value) })
  }
  return { ...usual, ...named }
}

/** The setting `samples`, where method.json describes one, apart from the others: how many samples a run has changes none of them. */
export function samplesApart(
  { settings: described }: MethodSpec,
  all: Settings,
): { samples: unknown; settings: Settings } {
  if (!Object.hasOwn(described, 'samples')) return { samples: undefined, settings: all }
  const { samples, ...settings } = all
  return { samples, settings }
}

/** What a setting takes, in words: `an integer from 2 to 1000`. */
export function allowed(setting: MethodSetting): string {
  if (setting.type === 'boolean') return 'true or false'
  if (setting.type === 'text') return setting.choices?.join(' or ') ?? 'a text'
  const { type, min, max } = setting
  const kind = type === 'integer' ? 'a whole number' : 'a number'
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`
  if (min !== undefined) return `${kind} of at least ${min}`
  return max === undefined ? kind : `${kind} of at most ${max}`
}

function allowedOf({ settings }: MethodSpec, name: string): string {
  return Object.hasOwn(settings, name) ? allowed(settings[name]) : 'what JSON can hold'
}

/** A value as it was typed; what is too large for a number has no JSON. */
function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
}

function isAllowed(setting: MethodSetting, value: unknown): boolean {
  if (setting.type === 'boolean') return typeof value === 'boolean'
  if (setting.type === 'text') return typeof value === 'string' && (setting.choices?.includes(value) ?? true)
  const { type, min = -Infinity, max = Infinity } = setting
  if (typeof value !== 'number' || !Number.isFinite(value) || (type === 'integer' && !Number.isInteger(value)))
    return false
  return value >= min && value <= max
}

function knownOf({ defaults, settings }: MethodSpec): string {
  const described = Object.entries(settings).map(([name, setting]) => `${name}: ${allowed(setting)}`)
  return [...described, ...Object.keys(defaults)].join(', ') || 'it has none'
}

function presetOf({ id, presets }: MethodSpec, name: string | undefined): Settings {
  if (name === undefined) return {}
  if (Object.hasOwn(presets, name)) return presets[name].settings
  const known = Object.keys(presets).join(', ') || 'it has none'
  throw runnerError('bad-option', 'preset', { expected: `a preset of ${id} (${known})`, found: name })
}

/** Settings as a generator takes them. @throws KinemetricError `bad-option` where they do not fit its schema */
export function checkSettings<Schema extends z.ZodType>(settings: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(settings)
  if (result.success) return result.data
  throw runnerError('bad-option', 'set', issuesOf(result.error).join('; '))
}
