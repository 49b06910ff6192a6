import { canonicalJson, isError, isThere, readLines, readTextFile } from '@kinemetric/files'
import type { StoredRecord } from '@kinemetric/records'
import { type ClipHash, clipHashSchema, filesOf, parsedLine } from '../compare/compared-record.ts'
import { framesDigest } from '../conclude/survey-outcomes.ts'
import type { Findings } from './finding.ts'
import { readSeries, type TableSeries } from '../kept-values/table-series.ts'
import type { DistanceFiles } from './verify-distance.ts'
import { verifyScore } from './verify-scores.ts'

/** Checks a record against the files beside it, and what can be made of these anew. @param file how the record is called in findings */
export async function verifyRecord(
  stored: StoredRecord,
  file: string,
  findings: Findings,
  { store, statistics, whole = false }: Partial<Pick<DistanceFiles, 'store' | 'statistics' | 'whole'>> = {},
): Promise<void> {
  const { record, folder } = stored
  const paths = filesOf(folder, record)
  await verifyForm(stored.path, record, file, findings)
  const hashes = await readHashes(paths.hashes, record.clips.hashes !== undefined, file, findings)
  if (hashes !== undefined) verifyHashes(hashes, stored, file, findings)
  verifyCounts(stored, file, findings)
  const series = await readTable(paths.table, file, findings)
  const unitOf = new Map(hashes?.map(({ clip, unit }) => [clip, unit]))
  const scored = new Set(hashes?.map(({ clip }) => clip))
  if (series !== undefined && hashes !== undefined) {
    const strangers = [...series.values()].flatMap(({ own }) => [...own.keys()]).find((clip) => !scored.has(clip))
    findings.check(
      file,
      'clips of the table',
      strangers === undefined,
      () => `expected clips that have hashes, found ${strangers}`,
    )
  }
  const distances =
    hashes === undefined || hashes.length === 0 || store === undefined
      ? undefined
      : { path: stored.path, record, hashes, store, statistics, whole }
  const files = { file, record, series, unitOf: (clip: string) => unitOf.get(clip), distances }
  for (const score of record.scores) await verifyScore(score, files, findings)
  findings.leave(file, 'frames', 'the videos themselves are not looked at: score them again to be sure of their hashes')
}

/** A file of JSON is written in one form: a byte that says nothing is a byte that was changed. */
export async function verifyForm(path: string, content: unknown, file: string, findings: Findings): Promise<void> {
  const text = await readTextFile(path)
  findings.check(
    file,
    'form',
    text === canonicalJson(content),
    () => 'expected JSON as this program writes it, found other bytes',
  )
}

/** Lines of hashes, each of which has to be one. @param isNamed whether the record names the file */
async function readHashes(
  path: string | undefined,
  isNamed: boolean,
  file: string,
  findings: Findings,
): Promise<ClipHash[] | undefined> {
  if (path === undefined || (!isNamed && !(await isThere(path)))) {
    findings.leave(file, 'hashes', 'the record has none of its frames')
    return undefined
  }
  const found: ClipHash[] = []
  try {
    let line = 0
    for await (const lines of readLines(path))
      for (const { text } of lines) {
        line++
        const hash = clipHashSchema.strict().safeParse(parsedLine(text))
        if (hash.success) found.push(hash.data)
        else
          findings.fail(
            file,
            `line ${line} of its hashes`,
            'expected a clip with the sha256 of its frames, found something else',
          )
      }
    return found
  } catch (error) {
    if (!isError(error)) throw error
    findings.fail(file, 'hashes', error.message)
    return undefined
  }
}

function verifyHashes(hashes: readonly ClipHash[], { record }: StoredRecord, file: string, findings: Findings): void {
  for (const side of ['generated', 'reference'] as const) {
    const isNone = hashes.length > 0 && hashes.every((hash) => hash[side] === undefined)
    const found = isNone ? null : framesDigest(hashes, side)
    const wanted = record.provenance.frames[side]
    findings.check(
      file,
      `frames of the ${side} side`,
      found === wanted,
      () => `expected hashes that make ${wanted}, found ${found}`,
    )
  }
  const clips = new Set(hashes.map(({ clip }) => clip)).size
  const { scored } = record.clips
  findings.check(file, 'clips', clips === scored, () => `expected hashes of ${scored} clips, found ${clips}`)
}

/** What a record says of its own numbers of clips. */
function verifyCounts({ record: { clips } }: StoredRecord, file: string, findings: Findings): void {
  const { total, scored, failed } = clips
  findings.check(
    file,
    'clips',
    scored + failed === total,
    () => `expected ${total} in all, found ${scored} scored and ${failed} failed`,
  )
}

async function readTable(
  path: string | undefined,
  file: string,
  findings: Findings,
): Promise<Map<string, TableSeries> | undefined> {
  if (path === undefined) {
    findings.leave(file, 'table', 'the record has none')
    return undefined
  }
  try {
    const series = await readSeries(path)
    findings.held++
    return series
  } catch (error) {
    if (!isError(error)) throw error
    findings.fail(file, 'table', error.message)
    return undefined
  }
}
