import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { clipIdSchema } from '../manifest/manifest-clip.ts'

/** The file that lies beside the objects' folders. */
export const masksFileName = 'masks.json'

/**
 * Objects' ids become folders beside masks.json: ids that cannot be are refused before anything is drawn.
 * @param tellsCases whether the file system tells `A` and `a` apart, see `tellsCases`
 * @throws KinemetricError `bad-prompts`
 */
export function requireObjectNames(objects: readonly string[], where: string, tellsCases: boolean): void {
  const places = new Map<string, string>()
  for (const object of objects) {
    const place = object.normalize('NFC').toLowerCase()
    if (!clipIdSchema.safeParse(object).success || place === masksFileName)
      throw benchmarkError('bad-prompts', where, {
        expected: `objects whose names can be folders beside ${masksFileName}`,
        found: JSON.stringify(object),
      })
    const other = places.get(place)
    places.set(place, object)
    if (other === undefined || (tellsCases && other.normalize('NFC') !== object.normalize('NFC'))) continue
    throw benchmarkError('bad-prompts', where, {
      expected: 'objects whose names differ by more than case or accents’ form: their folders would be one here',
      found: `${other} and ${object}`,
    })
  }
}

/** Whether a folder's file system tells names apart that differ by case alone. @param name of a file that is there, in lower case */
export async function tellsCases(folder: string, name: string): Promise<boolean> {
  const other = await stat(join(folder, name.toUpperCase())).catch(() => undefined)
  return other === undefined
}
