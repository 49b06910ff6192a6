import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemReason } from '@kinemetric/files'
import { benchmarkError } from '../../../failures/benchmark-error.ts'
import { labelFiles, type LabelFile, type Split } from './releases.ts'

/** Where a release's label files lie. */
export interface FoundLabels {
  folder: string
  layout: 'qualcomm' | '20bn'
  /** Those that are there, by what they are. */
  files: ReadonlyMap<LabelFile['what'], string>
}

/**
 * Looks for label files of either release in a folder, in `labels/` in it, and a level deeper, where some copies have them.
 * @throws KinemetricError `bad-dataset` where the class names or the split's rows are not there
 */
export async function findLabels(folder: string, split: Split): Promise<FoundLabels> {
  const seen: string[] = []
  for (const place of [folder, join(folder, 'labels'), join(folder, 'labels', 'labels')]) {
    const names = await readdir(place).catch((cause: unknown): string[] => {
      if (place !== folder) return []
      const found = systemReason(cause)
      throw benchmarkError('bad-dataset', folder, { expected: 'a readable folder of label files', found }, { cause })
    })
    const found = labelsIn(place, names)
    if (found?.files.has(split)) return found
    if (names.length > 0) seen.push(`${place === folder ? '' : 'labels/: '}${names.sort().slice(0, 6).join(', ')}`)
  }
  const [labels, rows] = [labelFiles[0], labelFiles.find(({ what }) => what === split)]
  const archive = seen.some((names) => names.includes('labels.zip'))
  throw benchmarkError('bad-dataset', folder, {
    expected: `${labels.names[0]} and ${rows?.names[0]} (or ${labels.names[1]} and ${rows?.names[1]})`,
    found: seen.join('; ') || 'an empty folder',
    then: archive ? 'unpack it: unzip 20bn-something-something-download-package-labels.zip' : undefined,
  })
}

function labelsIn(folder: string, names: readonly string[]): FoundLabels | undefined {
  for (const [index, layout] of (['qualcomm', '20bn'] as const).entries()) {
    const files = new Map(
      labelFiles.flatMap((file) =>
        names.includes(file.names[index]) ? [[file.what, file.names[index]] as const] : [],
      ),
    )
    if (files.has('labels')) return { folder, layout, files }
  }
  return undefined
}
