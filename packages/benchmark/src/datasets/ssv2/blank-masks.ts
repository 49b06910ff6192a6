import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readRawJson } from '@kinemetric/files'
import { masksFileSchema } from '../../masks/masks-file.ts'
import { masksFileName } from '../../masks/object-names.ts'

/**
 * Files of a folder of masks that are black because nobody asked for the object on their frame, as `masks.json` beside them says: nothing is known of such a frame.
 * None where there is no such file.
 * @throws KinemetricError as `readRawJson`
 */
export async function blankMasks(folder: string): Promise<ReadonlySet<string>> {
  const path = join(folder, masksFileName)
  if (!(await stat(path).catch(() => undefined))?.isFile()) return new Set()
  // Another program's file of that name is none of ours.
  const { data } = masksFileSchema.safeParse(await readRawJson(path))
  const blank = (data?.objects ?? []).flatMap(({ masks }) => masks.filter(({ objectScore }) => objectScore === null))
  return new Set(blank.map(({ file }) => join(folder, file)))
}
