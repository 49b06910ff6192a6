import { issuesOf } from '@kinemetric/files'
import type { MethodSpec } from '@kinemetric/records'
import { z } from 'zod'
import type { Settings } from './generator.ts'
import { runnerError } from './runner-error.ts'

const givenSchema = z.record(z.string(), z.json())

/**
 * A method's settings: its defaults, with what was asked for in their place.
 * @throws KinemetricError `bad-option` for a setting that method.json does not name, or a value that is no JSON
 */
export function settingsOf(spec: MethodSpec, given: Readonly<Record<string, unknown>> = {}): Settings {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(spec.defaults, name))
  if (unknown !== undefined) {
    const known = Object.keys(spec.defaults).join(', ') || 'it has none'
    throw runnerError('bad-option', 'set', { expected: `a setting of ${spec.id} (${known})`, found: unknown })
  }
  return { ...spec.defaults, ...checkSettings(given, givenSchema) }
}

/** Settings as a generator takes them. @throws KinemetricError `bad-option` where they do not fit its schema */
export function checkSettings<Schema extends z.ZodType>(settings: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(settings)
  if (result.success) return result.data
  throw runnerError('bad-option', 'set', issuesOf(result.error).join('; '))
}
