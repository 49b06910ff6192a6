import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * The files of the run contract (RUNNERS.md §6.3): a method writes `<out>/<itemId>/s<k>/frame_0000.png …` and then,
 * last and atomically, `item.json`, which says that the item is complete. `<out>/run.json` describes the run.
 */
export const itemSchema = z.looseObject({
  status: z.enum(['ok', 'failed', 'skipped']),
  error: z.looseObject({ type: z.string(), message: z.string() }).optional(),
  wallMs: z.number().nonnegative().optional(),
  seed: z.number().int().optional(),
  notes: z.array(z.string()).optional(),
})
export type Item = z.infer<typeof itemSchema>

/** The folder of one sample of one clip. */
export function sampleFolder(out: string, clip: string, sample = 0): string {
  return join(out, clip, `s${sample}`)
}

/** An item's commit marker, or undefined where there is none or it cannot be read: the item is then made anew. */
export async function readItem(out: string, clip: string, sample = 0): Promise<Item | undefined> {
  try {
    return itemSchema.parse(JSON.parse(await readFile(join(sampleFolder(out, clip, sample), 'item.json'), 'utf8')))
  } catch {
    return undefined
  }
}
