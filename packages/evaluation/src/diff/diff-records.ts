import { stat } from 'node:fs/promises'
import { isError } from '@kinemetric/files'
import { parseSignature } from '@kinemetric/metrics'
import { clipValuesOf, readRecords, type Score } from '@kinemetric/records'
import { type ComparedRecord, openRecordAt } from '../compare/compared-record.ts'
import {
  type ClipSetDifference,
  clipSetDifference,
  type ClipValueDifference,
  clipValueDifference,
} from './clip-differences.ts'
import { diffError } from './diff-error.ts'
import { type FieldDifference, fieldDifferences, recordFields } from './record-fields.ts'

/** One score of two records. */
export interface ScoreDifference {
  metric: string
  label: string
  /** Recipes as the records name them; null where one has no such score. */
  recipe: { a: string | null; b: string | null }
  value: { a: number | null; b: number | null }
  n: { a: number | null; b: number | null }
  /** Fields of the two signatures that differ: two numbers are comparable only where none does. */
  signature: FieldDifference[]
  /** Of metrics that have a value of each clip; absent where one of the tables has none. */
  clips?: ClipValueDifference | undefined
}

/** Why two records of one method say different numbers. */
export interface RecordDifference {
  a: { path: string; protocol: string; method: string }
  b: { path: string; protocol: string; method: string }
  /** Whether every score is the same number, of the same signature. */
  same: boolean
  /** Of what made them. */
  fields: FieldDifference[]
  /** null where one of the records does not say which frames it scored. */
  clips: ClipSetDifference | null
  scores: ScoreDifference[]
  /** What can have changed numbers, in words, the surest first; [] where no number differs. */
  causes: string[]
  warnings: string[]
}

/** The record itself: of a results folder the one that it holds. */
async function recordPath(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return path
  const { records } = await readRecords(path)
  if (records.length === 1) return records[0].path
  throw diffError('one-record', path, {
    expected: 'a record, or a folder with one',
    found: records.length === 0 ? 'none' : `${records.length} records`,
    then: `name the record itself, as ${records[0]?.path ?? `${path}/<protocol>/<method>.json`}`,
  })
}

/**
 * Says why two records differ: by what they were made with, by their clips and frames, and score by score by signature, value and clips.
 * @param from path of `<results>/<protocol>/<method>.json`, or of a results folder with one record; its table and hashes are read beside it where they are there
 * @throws KinemetricError as `readRecord`; as `readRecords`, `one-record` for a folder
 */
export async function diffRecords(from: string, to: string): Promise<RecordDifference> {
  const [a, b] = [await recordPath(from), await recordPath(to)]
  const [own, other] = [await openRecordAt(a), await openRecordAt(b)]
  const warnings = [own, other].flatMap(({ record, unreadable }) =>
    unreadable === undefined ? [] : [`${record.method.id}: ${unreadable}: its clips are not looked at`],
  )
  const fields = fieldDifferences(recordFields(own.record), recordFields(other.record))
  const clips = clipSetDifference(own, other) ?? null
  const scores = pairedScores(own.record.scores, other.record.scores).map(([x, y]) => scoreDifference(x, y, own, other))
  const same = scores.every(isSame)
  return {
    a: placeOf(a, own),
    b: placeOf(b, other),
    same,
    fields,
    clips,
    scores,
    causes: same ? [] : causesOf(fields, clips, scores),
    warnings,
  }
}

function placeOf(path: string, { record: { protocol, method } }: ComparedRecord): RecordDifference['a'] {
  return { path, protocol: `${protocol.id}@${protocol.version}`, method: method.id }
}

type Pair = readonly [Score | undefined, Score | undefined]

/** Scores of one metric and recipe; what is left of a metric on both sides is paired in its order, for a recipe may be what differs. */
function pairedScores(a: readonly Score[], b: readonly Score[]): Pair[] {
  const pairs: Pair[] = []
  const left = new Set(b)
  const alone: Score[] = []
  for (const score of a) {
    const other = [...left].find(({ metric, recipe }) => metric === score.metric && recipe === score.recipe)
    if (other === undefined) alone.push(score)
    else {
      left.delete(other)
      pairs.push([score, other])
    }
  }
  for (const score of alone) {
    const other = [...left].find(({ metric }) => metric === score.metric)
    if (other !== undefined) left.delete(other)
    pairs.push([score, other])
  }
  return [...pairs, ...[...left].map((score): Pair => [undefined, score])]
}

function scoreDifference(
  a: Score | undefined,
  b: Score | undefined,
  own: ComparedRecord,
  other: ComparedRecord,
): ScoreDifference {
  const any = (a ?? b)!
  const found: ScoreDifference = {
    metric: any.metric,
    label: any.label?.short ?? any.metric,
    recipe: { a: a?.recipe ?? null, b: b?.recipe ?? null },
    value: { a: a?.value ?? null, b: b?.value ?? null },
    n: { a: a?.n ?? null, b: b?.n ?? null },
    signature: a === undefined || b === undefined ? [] : fieldDifferences(partsOf(a.signature), partsOf(b.signature)),
  }
  if (a === undefined || b === undefined) return found
  const [x, y] = [clipValuesOf(own.rows, a), clipValuesOf(other.rows, b)]
  if (x.size > 0 && y.size > 0) found.clips = clipValueDifference(x, y)
  return found
}

/** A signature by field; one that is none is a field of its own. */
function partsOf(signature: string): Map<string, string> {
  try {
    return new Map(Object.entries(parseSignature(signature)))
  } catch (error) {
    if (!isError(error)) throw error
    return new Map([['signature', signature]])
  }
}

function isSame({ recipe, value, signature, clips }: ScoreDifference): boolean {
  if (recipe.a === null || recipe.b === null) return false
  return Object.is(value.a, value.b) && signature.length === 0 && (clips === undefined || clips.changed === 0)
}

/** Fields that say on what a number was made and change none by themselves. */
const surroundings = /^machine\.|^code\.|^method\.id$|^manifest$/

function causesOf(
  fields: readonly FieldDifference[],
  clips: ClipSetDifference | null,
  scores: readonly ScoreDifference[],
): string[] {
  const causes: string[] = []
  const apart = scores.filter(({ signature }) => signature.length > 0)
  if (apart.length > 0) {
    const named = [...new Set(apart.flatMap(({ signature }) => signature.map(({ field }) => field)))]
    causes.push(
      `signatures differ (${apart.map(({ label }) => label).join(', ')}), in ${named.join(', ')}: these numbers are not of one kind`,
    )
  }
  if (clips !== null) {
    const { both, onlyA, onlyB, reference, generated } = clips
    if (onlyA.length + onlyB.length > 0)
      causes.push(`other clips: ${both} in both, ${onlyA.length} in A alone, ${onlyB.length} in B alone`)
    if (reference.length > 0) causes.push(`other reference frames in ${reference.length} of ${both} clips`)
    if (generated.length > 0) causes.push(`other generated frames in ${generated.length} of ${both} clips`)
  }
  const inputs = fields.filter(({ field }) => !surroundings.test(field))
  if (inputs.length > 0) causes.push(`what made them: ${inputs.map(({ field }) => field).join(', ')}`)
  const around = fields.filter(({ field }) => /^machine\.(cpu|arch|os|node|onnxruntime)|^code\./.test(field))
  if (around.length > 0 && causes.length === 0)
    causes.push(`only where and by which build they were made: ${around.map(({ field }) => field).join(', ')}`)
  const gone = scores.filter(({ recipe }) => recipe.a === null || recipe.b === null)
  if (gone.length > 0) causes.push(`scores that one of them lacks: ${gone.map(({ label }) => label).join(', ')}`)
  return causes.length > 0
    ? causes
    : ['nothing that the records say: numbers of the same frames and the same build should be the same']
}
