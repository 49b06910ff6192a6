import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { hasShared, sharedPath } from '../../../../test/shared.ts'

/** Golden values of statistics: computed with numpy, scipy and statsmodels by a script that lies beside them in the shared folder. */
export const hasGoldens = hasShared('goldens', 'statistics', 'README.md')

/** A golden file as a schema reads it. */
export function golden<T>(name: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(sharedPath('goldens', 'statistics', `${name}.json`), 'utf8')))
}

export const numbers = z.array(z.number())
export const bounds = z.object({ low: z.number(), high: z.number() }).nullable()

/** Whether two numbers agree to a share of the larger. */
export function near(actual: number, expected: number, relative = 1e-9): boolean {
  return Math.abs(actual - expected) <= relative * Math.max(Math.abs(actual), Math.abs(expected))
}

/** Whether two intervals are the same, or neither is there. */
export function sameBounds(
  found: { low: number; high: number } | null,
  expected: { low: number; high: number } | null | undefined,
): boolean {
  if (found === null || expected === null || expected === undefined) return found === (expected ?? null)
  return near(found.low, expected.low) && near(found.high, expected.high)
}
