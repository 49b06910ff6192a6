import { join } from 'node:path'
import {
  isError,
  jsonLine,
  LinePlaces,
  NameTable,
  parseJson,
  PlacedLines,
  readLines,
  writeWhole,
} from '@kinemetric/files'
import { z } from 'zod'

/** What a data set says of a clip, for lists: a line of `labels.jsonl`. */
const clipLabelSchema = z.object({
  clip: z.string(),
  /** `Putting a cup behind a box`. */
  label: z.string().optional(),
  /** The label's class: `Putting [something] behind [something]`. */
  class: z.string().optional(),
  /** Names of the objects that it is about, each once. */
  objects: z.array(z.string()).optional(),
})
export type ClipLabel = z.infer<typeof clipLabelSchema>

/** `<results>/<protocol>/labels.jsonl`: of a protocol, not of a method. */
export function labelsPath(folder: string): string {
  return join(folder, 'labels.jsonl')
}

/** A label as its line, without what is empty; undefined where nothing is left to say of the clip. */
export function labelLine({ clip, label, class: name, objects = [] }: ClipLabel): string | undefined {
  const said = {
    ...(label === undefined || label === '' ? {} : { label }),
    ...(name === undefined || name === '' ? {} : { class: name }),
    ...(objects.length === 0 ? {} : { objects: [...new Set(objects)] }),
  }
  return Object.keys(said).length === 0 ? undefined : jsonLine({ clip, ...said })
}

/** Writes the labels of a protocol's clips, a line each, replacing what stood there. @throws KinemetricError `disk-full`, `write-failed` */
export async function writeLabels(path: string, labels: readonly ClipLabel[]): Promise<void> {
  await writeWhole(path, labels.map((label) => `${jsonLine(label)}\n`).join(''))
}

/**
 * Calls `onLabel` for every line of a file of labels; lines that are none are passed over. A file that is not there has none.
 * @returns how many lines were passed over
 * @throws KinemetricError `not-a-file`, `not-readable`, `too-large`
 */
export async function readLabels(path: string, onLabel: (label: ClipLabel) => void): Promise<number> {
  return goThrough(path, onLabel)
}

/** Labels of clips that are looked up when they are wanted: clips' names are held, and nothing else. */
export interface LabelledClips {
  /** Names of clips, each once. */
  readonly ids: Iterable<string>
  /** What is said of a clip; undefined for one of which nothing is. */
  of(clip: string): ClipLabel | undefined
}

/** A file of labels, opened. */
export interface OpenLabels extends LabelledClips {
  close(): void
}

/** Opens a file of labels; of a clip that stands there twice the last line counts. @throws as `readLabels` */
export async function openLabels(path: string): Promise<OpenLabels> {
  const ids = new NameTable()
  const places = new LinePlaces()
  const lines = new PlacedLines(path, { held: true })
  await goThrough(path, ({ clip }, begin, end) => places.set(ids.add(clip), begin, end))
  if (ids.size > 0) lines.open()
  return {
    ids,
    of: (clip) => {
      const place = ids.indexOf(clip)
      return place < 0 ? undefined : labelOf(lines.text(places.of(place)))
    },
    close: () => lines.close(),
  }
}

async function goThrough(
  path: string,
  onLine: (label: ClipLabel, begin: number, end: number) => void,
): Promise<number> {
  let broken = 0
  try {
    let begin = 0
    for await (const lines of readLines(path))
      for (const { text, end, isWhole } of lines) {
        const label = labelOf(text)
        if (label !== undefined) onLine(label, begin, isWhole ? end - 1 : end)
        else if (text.trim() !== '') broken++
        begin = end
      }
  } catch (error) {
    if (!isError(error) || error.code !== 'not-found') throw error
  }
  return broken
}

function labelOf(line: string): ClipLabel | undefined {
  try {
    return clipLabelSchema.safeParse(parseJson(line)).data
  } catch {
    return undefined
  }
}
