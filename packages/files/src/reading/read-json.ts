// Types alone: who only needs an error or a hash must not wait for the schema library to load.
import type { z } from 'zod'
import { fileError } from '../errors/file-error.ts'
import { parseJson } from './parse-json.ts'
import { readTextFile } from './read-regular-file.ts'

/** Reads a JSON file and checks it. @throws KinemetricError as `readRawJson`; `invalid` (`details.issues`: every issue's place) */
export async function readJson<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  return checkJson(path, await readRawJson(path), schema)
}

/**
 * Reads a JSON file as it is, a byte order mark before it or not. At most 256 MiB. @throws KinemetricError `not-found`, `not-a-file`, `not-readable`,
 * `too-large`, `not-json`
 */
export async function readRawJson(path: string): Promise<unknown> {
  const text = await readTextFile(path)
  try {
    return parseJson(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw fileError('not-json', path, { expected: 'JSON', found: `something else (${reason})` }, { cause })
  }
}

/** Checks a parsed value; `path` names its origin in the error. @throws KinemetricError `invalid` */
export function checkJson<Schema extends z.ZodType>(path: string, value: unknown, schema: Schema): z.output<Schema> {
  const result = parsed(path, value, schema)
  if (result.success) return result.data
  const issues = issuesOf(result.error)
  throw fileError(
    'invalid',
    path,
    `does not fit its schema: ${issues.slice(0, 5).join('; ')}${issues.length > 5 ? `; and ${issues.length - 5} more` : ''}`,
    { details: { issues } },
  )
}

/** A schema's answer, also to a value that is nested deeper than the schema library can follow. */
function parsed<Schema extends z.ZodType>(path: string, value: unknown, schema: Schema) {
  try {
    return schema.safeParse(value)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw fileError('invalid', path, 'is nested deeper than can be checked', { cause })
  }
}

/** What a schema has against a value, a line an issue: `clips.3.id: …`. */
export function issuesOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.length === 0 ? '(root)' : issue.path.join('.')}: ${issue.message}`)
}
