import { z } from 'zod'

/** An option's whole number, as a number or as text. Whatever is wrong with it is one sentence, with both bounds. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): z.ZodType<number> {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`
  return z.unknown().transform((value, context) => {
    const isText = typeof value === 'string' && value.trim() !== ''
    const number = isText || typeof value === 'number' ? Number(value) : NaN
    if (Number.isSafeInteger(number) && number >= least && number <= most) return number
    context.addIssue({ code: 'custom', message: `expected a whole number ${bounds}, found ${JSON.stringify(value)}` })
    return z.NEVER
  })
}
