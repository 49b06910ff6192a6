import { canonicalJson, readJson, writeWhole } from '@kinemetric/files'
import { z } from 'zod'

const measuredSchema = z.strictObject({
  schema: z.literal('kinemetric/measured-times@1'),
  stages: z.record(
    z.string(),
    z.strictObject({ units: z.number().int().positive(), seconds: z.number().nonnegative() }),
  ),
})

/** How long stages took on this machine, by their names: so many clips or samples in so many seconds, the last time each was at work. */
export type MeasuredTimes = Readonly<Record<string, { readonly units: number; readonly seconds: number }>>

/** What was measured in a study's folder; nothing where the file is missing or none of ours. */
export async function readMeasuredTimes(path: string): Promise<MeasuredTimes> {
  return (await readJson(path, measuredSchema).catch(() => undefined))?.stages ?? {}
}

/** Adds a measurement, in place of an earlier one of the same stage. Nothing is lost where it cannot be written: plans alone ask for it. */
export async function noteMeasuredTime(path: string, stage: string, units: number, seconds: number): Promise<void> {
  if (units < 1) return
  const stages = { ...(await readMeasuredTimes(path)), [stage]: { units, seconds: Number(seconds.toPrecision(4)) } }
  const text = canonicalJson({ schema: 'kinemetric/measured-times@1', stages })
  await writeWhole(path, text, { durable: false }).catch(() => undefined)
}
