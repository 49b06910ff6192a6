import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { openRegularFile } from '@kinemetric/files'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import { JsonFaultError, JsonMembers } from './json-members.ts'
import { BoxFormError, type BoxTrouble, sameBoxes, troubleOf, type VideoBoxes, videoBoxesOf } from './video-boxes.ts'

const CHUNK = 4 * 1024 * 1024

/** A file of boxes that was read. */
export interface BoxFile {
  name: string
  sha256: string
  /** Videos that it has, wanted or not. */
  videos: number
}

export interface BoxesRead {
  boxes: Map<string, VideoBoxes>
  /** What is odd, by video. */
  troubles: Map<string, BoxTrouble[]>
  files: BoxFile[]
  /** Videos of all files: one that several have is one. */
  videos: number
  /** Some ids that the files have and nobody wanted. */
  others: string[]
}

export interface BoxReading {
  signal?: AbortSignal | undefined
  /** Told of bytes that were read, of all files. */
  onProgress?: ((done: number, total: number) => void) | undefined
}

/**
 * Boxes of Something-Else from its part files, or from one merged file, gigabytes of JSON: every byte is read and checked once, and only videos that are
 * wanted are parsed. Of several files that have a video the last one counts.
 * @param paths in the order in which they count
 * @throws KinemetricError `bad-dataset` with line and byte for what is no JSON, and for other people's conversions by name
 */
export async function readBoxes(
  paths: readonly string[],
  wanted: ReadonlySet<string>,
  { signal, onProgress }: BoxReading = {},
): Promise<BoxesRead> {
  const read: BoxesRead = { boxes: new Map(), troubles: new Map(), files: [], videos: 0, others: [] }
  const all = new Set<string>()
  let done = 0
  const total = onProgress === undefined ? 0 : await sizeOf(paths)
  const onRead = (bytes: number) => onProgress?.((done += bytes), total)
  for (const path of paths) {
    const earlier = new Set(read.boxes.keys())
    read.files.push(await readBoxFile(path, { wanted, earlier, all, read, signal, onRead }))
  }
  read.videos = all.size
  return read
}

interface Reading {
  wanted: ReadonlySet<string>
  earlier: ReadonlySet<string>
  /** Ids of every video that the files have. */
  all: Set<string>
  read: BoxesRead
  signal: AbortSignal | undefined
  onRead: (bytes: number) => void
}

/** Bytes of some files; what is not there is found out when it is read. */
async function sizeOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function readBoxFile(path: string, { wanted, earlier, all, read, signal, onRead }: Reading): Promise<BoxFile> {
  const own = new Set<string>()
  const pass = (id: string) => {
    if (read.others.length < 3 && !read.others.includes(id)) read.others.push(id)
  }
  const wants = (id: string) => {
    own.add(id)
    all.add(id)
    // The first one shows in which form the file is, whoever wants it.
    if (wanted.has(id) || own.size === 1) return true
    pass(id)
    return false
  }
  const members = new JsonMembers(wants, (id, value) => {
    const { boxes, troubles } = videoBoxesOf(id, value)
    if (!wanted.has(id)) return pass(id)
    const before = read.boxes.get(id)
    if (before !== undefined && !sameBoxes(before, boxes))
      troubles.push({
        ...troubleOf('parts-differ'),
        ...(earlier.has(id) ? {} : { message: `${basename(path)} has it twice, and differs: the last one counts` }),
      })
    read.boxes.set(id, boxes)
    read.troubles.delete(id)
    if (troubles.length > 0) read.troubles.set(id, troubles)
  })
  const hash = createHash('sha256')
  const { handle } = await openRegularFile(path)
  try {
    const chunk = Buffer.allocUnsafe(CHUNK)
    for (let position = 0; ;) {
      signal?.throwIfAborted()
      const { bytesRead } = await handle.read(chunk, 0, CHUNK, position)
      if (bytesRead === 0) break
      const piece = chunk.subarray(0, bytesRead)
      hash.update(piece)
      members.push(piece)
      position += bytesRead
      onRead(bytesRead)
    }
    members.end()
  } catch (error) {
    throw boxFileError(path, error, members.place)
  } finally {
    await handle.close()
  }
  return { name: basename(path), sha256: hash.digest('hex'), videos: own.size }
}

/** What a file that is none of boxes seems to be, by how it begins. */
const otherFiles: readonly (readonly [RegExp, string])[] = [
  [/^"\[/, 'a list (as label files are; boxes are an object by video id)'],
  [/^"PK/, 'a zip archive: unpack it'],
  [/^the byte 0x1f/, 'a compressed file: unpack it'],
]

function boxFileError(path: string, error: unknown, place: { line: number; byte: number }): unknown {
  if (error instanceof BoxFormError) {
    const { expected, found } = error
    return benchmarkError('bad-dataset', path, { expected, found }, { cause: error, details: { ...place } })
  }
  if (!(error instanceof JsonFaultError)) return error
  const { line, byte, expected, found } = error.fault
  const other = byte <= 4 ? otherFiles.find(([pattern]) => pattern.test(found))?.[1] : undefined
  return benchmarkError(
    'bad-dataset',
    path,
    { expected: `JSON, at line ${line}, byte ${byte} ${expected}`, found: other ?? found },
    { cause: error, details: { line, byte } },
  )
}
