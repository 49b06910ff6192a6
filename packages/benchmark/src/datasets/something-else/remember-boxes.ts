import { createHash } from 'node:crypto'
import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, parseJson, readRegularFile, writeWhole } from '@kinemetric/files'
import { z } from 'zod'
import { type BoxesRead, type BoxReading, readBoxes } from './read-boxes.ts'
import type { VideoBoxes } from './video-boxes.ts'

/** Raised when the same files give other boxes. */
const MAGIC = 'kinemetric-boxes-2'

const headerSchema = z.strictObject({
  /** Of the files, and of the ids that were wanted: others mean other boxes. */
  state: z.string(),
  files: z.array(z.strictObject({ name: z.string(), sha256: z.string(), videos: z.number() })),
  /** How many videos all files have. */
  all: z.number().int().nonnegative(),
  others: z.array(z.string()),
  troubles: z.array(z.tuple([z.string(), z.array(z.strictObject({ reason: z.string(), message: z.string() }))])),
  /** Of each video: id, names of objects, entries, boxes. */
  videos: z.array(z.tuple([z.string(), z.array(z.string()), z.number(), z.number().int().nonnegative()])),
})
type Header = z.infer<typeof headerSchema>

/**
 * Reads boxes as `readBoxes` does, and remembers them for as long as none of the files changes, so that asking again does not read gigabytes. A memory that
 * cannot be read or written costs time, never correctness.
 * @param cache folder of the user's cache; undefined remembers nothing
 */
export async function readBoxesOnce(
  paths: readonly string[],
  wanted: ReadonlySet<string>,
  { cache, ...reading }: BoxReading & { cache?: string | undefined } = {},
): Promise<BoxesRead> {
  const states = await Promise.all(paths.map(stateOf))
  if (cache === undefined || states.includes(undefined)) return readBoxes(paths, wanted, reading)
  const state = hashBytes(JSON.stringify([states, [...wanted].sort()]))
  const names = states.map((each) => each?.split(' ', 1)[0])
  const place = join(cache, 'boxes', `${hashBytes(JSON.stringify([names, wanted.size]))}.boxes`)
  const known = await remembered(place, state).catch(() => undefined)
  if (known !== undefined) return known
  const read = await readBoxes(paths, wanted, reading)
  // Files that changed meanwhile are read again next time.
  const after = await Promise.all(paths.map(stateOf))
  if (after.every((each, index) => each === states[index]))
    await writeWhole(place, serialised(read, state), { durable: false }).catch(() => undefined)
  return read
}

/** Where a file lies, without spaces, and its size and times. */
async function stateOf(path: string): Promise<string | undefined> {
  try {
    const { size, mtimeMs, ctimeMs } = await stat(path)
    return `${encodeURI(await realpath(path))} ${size} ${mtimeMs} ${ctimeMs}`
  } catch {
    return undefined
  }
}

function* serialised({ boxes, troubles, files, videos: all, others }: BoxesRead, state: string): Iterable<Uint8Array> {
  const videos = [...boxes].map(([id, { objects, entries, frame }]): Header['videos'][number] => [
    id,
    [...objects],
    entries,
    frame.length,
  ])
  const columns = [...boxes.values()]
  const body = [
    ...columns.map(({ corners }) => bytesOf(corners)),
    ...columns.map(({ frame }) => bytesOf(frame)),
    ...columns.map(({ object }) => bytesOf(object)),
  ]
  const header: Header = { state, files, all, others, troubles: [...troubles], videos }
  const text = JSON.stringify(header)
  const hash = createHash('sha256')
  for (const column of body) hash.update(column)
  yield Buffer.from(`${MAGIC} ${Buffer.byteLength(text)} ${hash.digest('hex')}\n${text}\n`)
  // In some large pieces: a write for each video would take longer than the bytes.
  for (let at = 0; at < body.length; at += 4096) yield Buffer.concat(body.slice(at, at + 4096))
}

function bytesOf({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

async function remembered(place: string, state: string): Promise<BoxesRead | undefined> {
  const whole = await readRegularFile(place)
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)
  const firstEnd = bytes.indexOf(0x0a)
  const [magic, length, sha256] = bytes.toString('latin1', 0, firstEnd).split(' ')
  const headerEnd = firstEnd + 1 + Number(length)
  if (magic !== MAGIC || !(headerEnd < bytes.length)) return undefined
  const parsed = headerSchema.safeParse(parseJson(bytes.toString('utf8', firstEnd + 1, headerEnd)))
  if (!parsed.success || parsed.data.state !== state) return undefined
  const body = bytes.subarray(headerEnd + 1)
  const { videos, troubles, files, all, others } = parsed.data
  const rows = videos.reduce((sum, [, , , count]) => sum + count, 0)
  if (body.length !== rows * (32 + 4 + 2) || hashBytes(body) !== sha256) return undefined
  const boxes = new Map<string, VideoBoxes>()
  let row = 0
  for (const [id, objects, entries, count] of videos) {
    boxes.set(id, {
      objects,
      entries,
      corners: new Float64Array(copied(body, 32 * row, 32 * count)),
      frame: new Int32Array(copied(body, 32 * rows + 4 * row, 4 * count)),
      object: new Int16Array(copied(body, 36 * rows + 2 * row, 2 * count)),
    })
    row += count
  }
  return { boxes, troubles: new Map(troubles), files, videos: all, others }
}

/** Memory of its own, at an address that any array may begin at. */
function copied(bytes: Uint8Array, at: number, length: number): ArrayBuffer {
  const own = new Uint8Array(length)
  own.set(bytes.subarray(at, at + length))
  return own.buffer
}
