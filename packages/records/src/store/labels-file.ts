import { join } from 'node:path'
import { isError, jsonLine, parseJson, readLines, writeWhole } from '@kinemetric/files'
import { z } from 'zod'

/** What a data set says of a clip, for lists: a line of `labels.jsonl`. */
const clipLabelSchema = z.object({
  clip: z.string(),
  /** `Putting a cup behind a box`. */
  label: z.string().optional(),
  /** The label's class: `Putting [something] behind [something]`. */
  class: z.string().optional(),
})
export type ClipLabel = z.infer<typeof clipLabelSchema>

/** `<results>/<protocol>/labels.jsonl`: of a protocol, not of a method. */
export function labelsPath(folder: string): string {
  return join(folder, 'labels.jsonl')
}

/** Writes the labels of a protocol's clips, a line each, replacing what stood there. @throws KinemetricError `disk-full`, `write-failed` */
export async function writeLabels(path: string, labels: readonly ClipLabel[]): Promise<void> {
  await writeWhole(path, labels.map((label) => `${jsonLine(label)}\n`).join(''))
}

/**
 * Calls `onLabel` for every line of a file of labels; lines that are none are passed over. A file that is not there has none.
 * @throws KinemetricError `not-a-file`, `not-readable`, `too-large`
 */
export async function readLabels(path: string, onLabel: (label: ClipLabel) => void): Promise<void> {
  try {
    for await (const lines of readLines(path))
      for (const { text } of lines) {
        const label = clipLabelSchema.safeParse(parsed(text))
        if (label.success) onLabel(label.data)
      }
  } catch (error) {
    if (!isError(error) || error.code !== 'not-found') throw error
  }
}

function parsed(line: string): unknown {
  try {
    return parseJson(line)
  } catch {
    return undefined
  }
}
