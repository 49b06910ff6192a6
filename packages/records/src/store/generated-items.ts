import { join } from 'node:path'
import { readRawJson } from '@kinemetric/files'
import { type Item, itemSchema } from '../schemas/item.ts'

/** The folder of one sample of one clip: `<out>/<clip>/s<sample>`. */
export function sampleFolder(out: string, clip: string, sample = 0): string {
  return join(out, clip, `s${sample}`)
}

/** What a sample's item.json says; undefined where there is none or it is none: the sample counts as not made. */
export async function readItem(folder: string): Promise<Item | undefined> {
  try {
    return itemSchema.parse(await readRawJson(join(folder, 'item.json')))
  } catch {
    return undefined
  }
}
