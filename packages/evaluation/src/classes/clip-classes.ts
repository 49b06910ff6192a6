import { benchmarkError } from '@kinemetric/benchmark'
import { didYouMean, hashFile, isThere } from '@kinemetric/files'
import { type ClassScores, type ClipColumns, labelsPath, readClipColumns, readLabels } from '@kinemetric/records'

/** Which clip is of which class, and who says so. */
export interface ClipClasses {
  by: string
  labels: ClassScores['labels']
  /** Words by clip. */
  classOf: ReadonlyMap<string, string>
}

/** SSV2 calls a label's class its template. */
const alike: Readonly<Record<string, string>> = { class: 'template', template: 'class' }

/** A file of anybody's, read once for all protocols. */
export interface OwnLabels {
  columns: ClipColumns
  sha256: string
}

/** @throws KinemetricError as `readClipColumns` */
export async function readOwnLabels(path: string): Promise<OwnLabels> {
  return { columns: await readClipColumns(path), sha256: await hashFile(path) }
}

/**
 * What a user's file groups clips by.
 * @param by a column; `class` is `template` where there is none of that name, and the other way round; absent: `class`, else `label`, else the only column
 * @throws KinemetricError `bad-option` naming the columns that there are
 */
export function ownClasses({ columns, sha256 }: OwnLabels, by: string | undefined): ClipClasses {
  const { file, names } = columns
  const wanted = by === undefined ? ['class', 'template', 'label'] : [by, alike[by] ?? by]
  const found =
    wanted.find((name) => names.includes(name)) ?? (by === undefined && names.length === 1 ? names[0] : undefined)
  if (found === undefined)
    throw benchmarkError('bad-option', '--by', {
      expected:
        names.length === 0 ? `a column beside the clip's in ${file}` : `a column of ${file}: ${names.join(', ')}`,
      found: by ?? 'none that is named class, template or label',
      then: by === undefined ? undefined : didYouMean(by, names),
    })
  return { by: by ?? found, labels: { file, sha256 }, classOf: columns.of(found) }
}

/**
 * What the labels beside a protocol's records group its clips by.
 * @param by `class` (or `template`, which is the same), `label` @returns undefined where no labels are there, or none of this kind
 * @throws KinemetricError `bad-option` for anything else; as `readLabels`
 */
export async function keptClasses(folder: string, by = 'class'): Promise<ClipClasses | undefined> {
  if (!['class', 'template', 'label'].includes(by))
    throw benchmarkError('bad-option', '--by', {
      expected: 'class, template or label; or a column of a file of yours (--labels)',
      found: by,
      then: didYouMean(by, ['class', 'template', 'label']),
    })
  const path = labelsPath(folder)
  if (!(await isThere(path))) return undefined
  const classOf = new Map<string, string>()
  await readLabels(path, ({ clip, label, class: name }) => {
    const word = by === 'label' ? label : name
    if (word !== undefined && word !== '') classOf.set(clip, word)
  })
  return classOf.size === 0
    ? undefined
    : { by, labels: { file: 'labels.jsonl', sha256: await hashFile(path) }, classOf }
}
