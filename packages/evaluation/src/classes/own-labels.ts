import { benchmarkError } from '@kinemetric/benchmark'
import { type ClipLabel, labelsPath, mergeLabels, readClipColumns } from '@kinemetric/records'

/** What of a file of anybody's goes into the labels beside records. */
const kept = ['class', 'template', 'label'] as const

/** Classes and labels of a file of the user's, read and ready to stand beside a protocol's records. */
export interface OwnClipLabels {
  /** Brings them into `<results>/<protocol>/labels.jsonl`, as those of a manifest; clips that are not asked for stay out. @throws as `mergeLabels` */
  leave(folder: string, clips: Iterable<string>): Promise<void>
}

/**
 * Reads them before anything is measured. @param path as `readClipColumns` takes it, with a column `class` (or `template`, which is the same) or `label`
 * @throws KinemetricError as `readClipColumns`; `bad-option` where it has neither
 */
export async function readClipLabels(path: string): Promise<OwnClipLabels> {
  const columns = await readClipColumns(path)
  if (!kept.some((name) => columns.names.includes(name)))
    throw benchmarkError('bad-option', '--labels', {
      expected: `a column ${kept.join(', ')} in ${columns.file}`,
      found: columns.names.length === 0 ? 'none' : columns.names.join(', '),
    })
  const [classes, labels] = [columns.of(columns.names.includes('class') ? 'class' : 'template'), columns.of('label')]
  const of = (clip: string): ClipLabel => {
    const name = clip.normalize('NFC')
    return { clip, class: classes.get(name), label: labels.get(name) }
  }
  return { leave: (folder, clips) => mergeLabels(labelsPath(folder), { ids: [...clips], of }) }
}
