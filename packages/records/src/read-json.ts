import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { RecordsError } from './records-error.ts'

/** Reads a JSON file and checks it. Throws RecordsError: `not-found`, `not-readable`, `not-json`, `invalid` (with every issue's place). */
export async function readJson<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  return checkJson(path, await readRawJson(path), schema)
}

export async function readRawJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new RecordsError(
      missing ? 'not-found' : 'not-readable',
      path,
      missing ? 'expected a JSON file, found nothing' : `cannot be read (${String(cause)})`,
      { cause },
    )
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RecordsError(
      'not-json',
      path,
      `expected JSON, found something else (${cause instanceof Error ? cause.message : String(cause)})`,
      { cause },
    )
  }
}

/** Checks a parsed value; `path` names its origin in the error. */
export function checkJson<Schema extends z.ZodType>(path: string, value: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map(
    (issue) => `${issue.path.length === 0 ? '(root)' : issue.path.join('.')}: ${issue.message}`,
  )
  throw new RecordsError(
    'invalid',
    path,
    `does not fit its schema: ${issues.slice(0, 5).join('; ')}${issues.length > 5 ? `; and ${issues.length - 5} more` : ''}`,
    { issues },
  )
}
