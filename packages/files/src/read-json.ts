import { readFile } from 'node:fs/promises'
// Types alone: who only needs an error or a hash must not wait for the schema library to load.
import type { z } from 'zod'
import { fileError } from './file-error.ts'
import { parseJson } from './parse-json.ts'
import { systemCode } from './system-code.ts'

/** Reads a JSON file and checks it. @throws KinemetricError `not-found`, `not-readable`, `not-json`, `invalid` (`details.issues`: every issue's place) */
export async function readJson<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  return checkJson(path, await readRawJson(path), schema)
}

/** Reads a JSON file as it is. @throws KinemetricError `not-found`, `not-readable`, `not-json` */
export async function readRawJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT')
      throw fileError('not-found', path, { expected: 'a JSON file', found: 'nothing' }, { cause })
    throw fileError('not-readable', path, `cannot be read (${String(cause)})`, { cause })
  }
  try {
    return parseJson(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw fileError('not-json', path, { expected: 'JSON', found: `something else (${reason})` }, { cause })
  }
}

/** Checks a parsed value; `path` names its origin in the error. @throws KinemetricError `invalid` */
export function checkJson<Schema extends z.ZodType>(path: string, value: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = issuesOf(result.error)
  throw fileError(
    'invalid',
    path,
    `does not fit its schema: ${issues.slice(0, 5).join('; ')}${issues.length > 5 ? `; and ${issues.length - 5} more` : ''}`,
    { details: { issues } },
  )
}

/** What a schema has against a value, a line an issue: `clips.3.id: …`. */
export function issuesOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.length === 0 ? '(root)' : issue.path.join('.')}: ${issue.message}`)
}
