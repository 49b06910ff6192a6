import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { openRegularFile, systemReason } from '@kinemetric/files'
import { hasEnding, videoEndings } from '@kinemetric/video'
import { benchmarkError } from '../../../failures/benchmark-error.ts'
import { archivePart, unpackCommand, videoFolder } from '../labels/releases.ts'

/** The videos of a copy of the data set. */
export interface FoundVideos {
  folder: string
  /** Path by id: `<id>.webm`. */
  paths: ReadonlyMap<string, string>
  /** Ids whose `<id>.webm` is a link that leads to nothing: they have no video. */
  broken: string[]
  /** Ids that other files have too, with the names of all. */
  repeated: ReadonlyMap<string, readonly string[]>
  /** Pieces of the archive that lie there, or beside the folder, and have not been unpacked. */
  parts: string[]
  /** The command that unpacks them, where there are some and no videos. */
  unpack?: string | undefined
}

/**
 * Lists `<id>.webm` of a folder, or of `20bn-something-something-v2` in it, which both releases unpack into. Links are followed when the videos are read;
 * here only whether they lead to something.
 * @throws KinemetricError `bad-dataset` where the folder cannot be listed
 */
export async function findVideos(folder: string): Promise<FoundVideos> {
  const listed = await list(folder)
  const names = listed.map(({ name }) => name)
  const parent = dirname(resolve(folder))
  const own = byId(names)
  const inner = own.size === 0 && names.includes(videoFolder) ? join(folder, videoFolder) : undefined
  const entries = inner === undefined ? listed : await list(inner)
  const files = inner === undefined ? own : byId(entries.map(({ name }) => name))
  const place = inner ?? folder
  const nowhere = await brokenLinks(place, entries)
  const broken: string[] = []
  const paths = new Map<string, string>()
  const repeated = new Map<string, readonly string[]>()
  for (const [id, of] of files) {
    const official = of.find((name) => name === `${id}.webm`)
    if (official !== undefined && nowhere.has(official)) {
      broken.push(id)
      continue
    }
    if (of.length > 1) repeated.set(id, of)
    if (official !== undefined) paths.set(id, join(place, official))
  }
  let parts = partsOf(names)
  let beside = folder
  if (paths.size === 0 && parts.length === 0) {
    beside = parent
    parts = partsOf(await readdir(parent).catch(() => []))
  }
  const unpack =
    paths.size > 0 || parts.length === 0 ? {} : { unpack: unpackCommand(parts, await isZip(join(beside, parts[0]))) }
  return { folder: place, paths, broken, repeated, parts, ...unpack }
}

function partsOf(names: readonly string[]): string[] {
  return names.filter((name) => archivePart.test(name)).sort()
}

/** Some sites wrap each piece into a zip, some people's browsers add the ending alone. */
async function isZip(path: string): Promise<boolean> {
  const file = await openRegularFile(path).catch(() => undefined)
  if (file === undefined) return false
  try {
    const { buffer } = await file.handle.read(Buffer.alloc(2), 0, 2, 0)
    return buffer.toString('latin1') === 'PK'
  } finally {
    await file.handle.close()
  }
}

/** Names of videos by what stands before their ending. */
function byId(names: readonly string[]): Map<string, string[]> {
  const videos = names.filter((name) => /^\d+\./.test(name) && hasEnding(name, videoEndings)).sort()
  return Map.groupBy(videos, (name) => name.slice(0, name.indexOf('.')))
}

/** Links are asked this many at once. */
const AT_ONCE = 64

/** Names of videos that are links to nothing. What is not a link costs nothing. */
async function brokenLinks(folder: string, entries: readonly Dirent[]): Promise<ReadonlySet<string>> {
  const links = entries.filter((entry) => entry.isSymbolicLink() && hasEnding(entry.name, videoEndings))
  const broken = new Set<string>()
  const follow = async () => {
    for (let link = links.pop(); link !== undefined; link = links.pop()) {
      const { name } = link
      await stat(join(folder, name)).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
          broken.add(name)
      })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, follow))
  return broken
}

async function list(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const found = systemReason(cause)
    throw benchmarkError(
      'bad-dataset',
      folder,
      { expected: 'a readable folder of videos (<id>.webm)', found },
      { cause },
    )
  })
}
