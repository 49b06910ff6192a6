import { basename } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import { openRecordAt } from '../compare/compared-record.ts'

/** What a record and the files beside it have of one clip. */
export interface RecordedClip {
  method: string
  /** sha256 of the frames that were scored; null where the record does not say. */
  sha256: { generated: string; reference: string | null } | null
  /** How many samples of the clip its value is the mean of. */
  samples: number
  /** The clip's value of a metric under a recipe; undefined where there is none. */
  valueOf(metric: string, recipe: string): number | undefined
}

/**
 * @param path of `<results>/<protocol>/<method>.json`
 * @param sample of a clip with several: whose frames are meant; the value is that of all samples
 * @throws KinemetricError as `readRecord`; `bad-option` where its table or its hashes cannot be read
 */
export async function recordedClip(path: string, clip: string, sample: string | undefined): Promise<RecordedClip> {
  const { method, rows, hashes, unreadable } = await openRecordAt(path)
  if (unreadable !== undefined)
    throw benchmarkError('bad-option', basename(path), { expected: 'a record with its table', found: unreadable })
  const samples = hashes?.get(clip) ?? []
  const own = samples.find((each) => each.sample === sample)
  const values = rows.filter((row) => row.clip === clip)
  return {
    method,
    sha256: own === undefined ? null : { generated: own.generated, reference: own.reference ?? null },
    samples: Math.max(1, samples.length),
    valueOf: (metric, recipe) => values.find((row) => row.metric === metric && row.recipe === recipe)?.value,
  }
}
