import { extname } from 'node:path'
import { issuesOf, isError, parseJson, readTextFile, withoutMark } from '@kinemetric/files'
import { csvRows } from '@kinemetric/records/csv-rows'
import { z } from 'zod'
import { benchmarkError } from '../../failures/benchmark-error.ts'

const name = z
  .string()
  .min(1)
  .transform((text) => text.normalize('NFC'))
const whole = z.coerce.number().int().nonnegative()

const rowSchema = z
  .strictObject({
    /** The clip's own name; the video's where absent, with its start behind it where the video has several. */
    id: name.optional(),
    /** Name of a video or of a folder of frames, with its ending or without. */
    video: name.optional(),
    /** First frame of the clip, counted in the video. */
    start: whole.optional(),
    /** Frames a second of a folder of frames, which says none itself. */
    fps: z.coerce.number().positive().optional(),
    /** Where the crop begins in the frame as resized. */
    top: whole.optional(),
    left: whole.optional(),
    text: z.string().optional(),
    label: z.string().optional(),
    template: z.string().optional(),
    class: z.string().optional(),
  })
  .refine(({ id, video }) => id !== undefined || video !== undefined, { error: 'expected an id or a video' })
  .refine(({ top, left }) => (top === undefined) === (left === undefined), {
    path: ['left'],
    error: 'expected top and left together',
  })

/** A row of a table of clips: what is said of a clip, or of all clips of a video. */
export interface ClipRow extends z.infer<typeof rowSchema> {
  /** Of the file, for errors. */
  line: number
}

const columns = Object.keys(rowSchema.shape)
/** Words of other tools for a caption, and for the name of what it belongs to. */
const synonyms: Readonly<Record<string, string>> = {
  caption: 'text',
  prompt: 'text',
  clip: 'id',
  file: 'video',
  name: 'video',
  filename: 'video',
  file_name: 'video',
}

/**
 * A table of clips: CSV with a line of names (`video,text`; `id,video,start,label`), or JSON Lines of objects with these fields. `caption` and `prompt` are
 * `text`, `clip` is `id`, `file` and `name` are `video`. Empty cells are absent; columns that mean nothing here are passed over and told.
 * @throws KinemetricError `bad-dataset` with file, line and field
 */
export async function readClipTable(path: string): Promise<{ rows: ClipRow[]; ignored: string[] }> {
  const text = await readTextFile(path).catch((cause: unknown) => {
    if (!isError(cause)) throw cause
    throw benchmarkError('bad-dataset', path, `a table of clips (CSV or JSON Lines) ${cause.sentence}`, { cause })
  })
  const raw = isCsv(path, text) ? fromCsv(path, text) : fromJsonLines(path, text)
  const ignored = new Set<string>()
  const rows = raw.map(({ line, fields }): ClipRow => {
    const known: Record<string, unknown> = {}
    for (const [field, value] of Object.entries(fields)) {
      const own = field.trim().toLowerCase()
      const column = columns.includes(own) ? own : Object.hasOwn(synonyms, own) ? synonyms[own] : undefined
      if (column === undefined) ignored.add(field.trim())
      else if (value !== '' && value !== null) known[column] ??= value
    }
    const checked = rowSchema.safeParse(known)
    if (checked.success) return { line, ...checked.data }
    throw benchmarkError('bad-dataset', `${path}:${line}`, issuesOf(checked.error).join('; '))
  })
  if (rows.length === 0) throw benchmarkError('bad-dataset', path, { expected: 'at least one clip', found: 'none' })
  return { rows, ignored: [...ignored] }
}

/** By the name's ending, and under another one by what is in it. @throws KinemetricError `bad-dataset` for what is neither */
function isCsv(path: string, text: string): boolean {
  const ending = extname(path).toLowerCase()
  if (ending === '.csv') return true
  if (['.jsonl', '.ndjson', '.json'].includes(ending) || withoutMark(text).trimStart().startsWith('{')) return false
  throw benchmarkError('bad-dataset', path, {
    expected: 'a table of clips: CSV (video,text; named .csv) or JSON Lines ({"video": …, "text": …}; named .jsonl)',
    found: `a file named ${ending === '' ? 'without an ending' : ending} that begins with ${JSON.stringify(text.slice(0, 40))}`,
  })
}

const jsonLine = 'a JSON object a line: {"video": …, "text": …}'

interface RawRow {
  line: number
  fields: Readonly<Record<string, unknown>>
}

function fromCsv(path: string, text: string): RawRow[] {
  let rows: { line: number; cells: string[] }[]
  try {
    rows = csvRows(path, text)
  } catch (cause) {
    if (!isError(cause)) throw cause
    throw benchmarkError(
      'bad-dataset',
      path,
      { expected: cause.expected, found: cause.found, then: cause.help },
      { cause },
    )
  }
  const [head, ...body] = rows
  return body.map(({ line, cells }) => ({
    line,
    fields: Object.fromEntries(cells.map((cell, at) => [head.cells[at] ?? '', cell.trim()])),
  }))
}

function fromJsonLines(path: string, text: string): RawRow[] {
  return withoutMark(text)
    .split('\n')
    .flatMap((content, index): RawRow[] => {
      if (content.trim() === '') return []
      const line = index + 1
      const found = JSON.stringify(content.slice(0, 60))
      let value: unknown
      try {
        value = parseJson(content)
      } catch (cause) {
        throw benchmarkError('bad-dataset', `${path}:${line}`, { expected: jsonLine, found }, { cause })
      }
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw benchmarkError('bad-dataset', `${path}:${line}`, { expected: jsonLine, found })
      return [{ line, fields: { ...value } }]
    })
}
