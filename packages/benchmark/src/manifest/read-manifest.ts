import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  confiner,
  grown,
  isError,
  issuesOf,
  NameTable,
  parseJson,
  passedOne,
  readLines,
  systemReason,
  withoutMark,
} from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { type ManifestClip, manifestClipSchema } from './manifest-clip.ts'

/** A manifest read and checked. */
export interface Manifest {
  path: string
  /** Folder that the clips' paths start from, without symbolic links. */
  root: string
  protocol: { id: string; version: number }
  /** In the file's order. */
  clips: ManifestClip[]
  /** sha256 of the file's bytes. */
  sha256: string
}

/**
 * Reads a manifest (JSON Lines, one clip a line).
 * @throws KinemetricError `bad-manifest`, naming file and line, for anything but valid lines: unknown fields, absolute paths, `..`, links that lead
 * outside, two clips or pairs of one id, two protocols in one file, no line at all
 */
export async function readManifest(path: string): Promise<Manifest> {
  const clips: ManifestClip[] = []
  const { root, protocol, sha256 } = await checkManifest(path, ({ clip }) => clips.push(sharing(clips.at(-1), clip)))
  return { path, root, protocol, clips, sha256 }
}

/** A clip of a manifest, and where its line lies in bytes of the file. */
export interface ManifestLine {
  readonly clip: ManifestClip
  readonly begin: number
  readonly end: number
}

/** Goes through a manifest and holds none of it. @param onClip given each clip when all of its line has been checked @throws as `readManifest`; what `onClip` throws */
export async function checkManifest(
  path: string,
  onClip: (line: ManifestLine) => void,
): Promise<Pick<Manifest, 'root' | 'protocol' | 'sha256'>> {
  const parser = manifestParser(path)
  const hash = createHash('sha256')
  try {
    const root = await realpath(dirname(path))
    const confined = confiner(root)
    let begin = 0
    for await (const lines of readLines(path, { onBytes: (bytes) => hash.update(bytes) }))
      for (const { text, end, isWhole } of lines) {
        const clip = parser.add(text)
        if (clip !== undefined) {
          for (const file of clipPaths(clip)) await insideManifest(confined(file), parser.where)
          onClip({ clip, begin, end: isWhole ? end - 1 : end })
          passedOne()
        }
        begin = end
      }
    return { root, protocol: parser.finish(), sha256: hash.digest('hex') }
  } catch (cause) {
    if (isError(cause, 'input', 'bad-manifest')) throw cause
    const found = `nothing readable (${systemReason(cause)})`
    throw benchmarkError('bad-manifest', path, { expected: 'a manifest (JSON Lines)', found }, { cause })
  }
}

/** @throws KinemetricError `bad-manifest` */
async function insideManifest(path: Promise<string>, where: string): Promise<void> {
  await path.catch((error: unknown) => {
    if (!isError(error, 'input', 'outside')) throw error
    throw benchmarkError('bad-manifest', where, error.message, { cause: error })
  })
}

/** The clips of a manifest's text. @throws KinemetricError `bad-manifest`; `name` stands in its message */
export function parseManifest(text: string, name: string): ManifestClip[] {
  const parser = manifestParser(name)
  const clips = text.split('\n').flatMap((line) => parser.add(line) ?? [])
  parser.finish()
  return clips
}

/** Takes a manifest line by line. Both of its functions throw as `parseManifest`. */
function manifestParser(name: string) {
  const ids = new NameTable()
  /** `[ids]` the line of each. */
  let lineOfId = new Uint32Array(64)
  let protocol: ManifestClip['protocol'] | undefined
  let index = -1
  return {
    /** Of the last line. */
    get where(): string {
      return `${name}:${index + 1}`
    },
    /** @returns undefined for an empty line */
    add(text: string): ManifestClip | undefined {
      index++
      const line = index === 0 ? withoutMark(text) : text
      if (line.trim() === '') return undefined
      const clip = parseLine(line, this.where)
      for (const id of idsOf(clip)) {
        const known = ids.size
        const place = ids.add(id)
        if (place < known)
          throw benchmarkError('bad-manifest', this.where, {
            expected: 'every clip once',
            found: `${id} again (first on line ${lineOfId[place]})`,
          })
        lineOfId = grown(lineOfId, ids.size)
        lineOfId[place] = index + 1
      }
      protocol ??= clip.protocol
      if (protocol.id !== clip.protocol.id || protocol.version !== clip.protocol.version)
        throw benchmarkError('bad-manifest', this.where, {
          expected: `one protocol in a manifest (${protocol.id}@${protocol.version})`,
          found: `${clip.protocol.id}@${clip.protocol.version}`,
        })
      return clip
    },
    /** The protocol of all clips. */
    finish(): ManifestClip['protocol'] {
      if (protocol !== undefined) return protocol
      throw benchmarkError('bad-manifest', name, { expected: 'at least one clip', found: 'none' })
    },
  }
}

/** A clip that has in common with the one before it what both say alike: of a hundred thousand that is half of the memory. */
function sharing(before: ManifestClip | undefined, clip: ManifestClip): ManifestClip {
  if (before === undefined) return clip
  const { protocol, window, geometry } = before
  return {
    ...clip,
    protocol,
    window: JSON.stringify(window) === JSON.stringify(clip.window) ? window : clip.window,
    geometry: JSON.stringify(geometry) === JSON.stringify(clip.geometry) ? geometry : clip.geometry,
  }
}

function parseLine(line: string, where: string): ManifestClip {
  let value: unknown
  try {
    value = parseJson(line)
  } catch (cause) {
    const found = JSON.stringify(line.slice(0, 60))
    throw benchmarkError('bad-manifest', where, { expected: 'a JSON object', found }, { cause })
  }
  const result = manifestClipSchema.safeParse(value)
  if (result.success) return result.data
  throw benchmarkError('bad-manifest', where, `does not fit the clip schema: ${issuesOf(result.error).join('; ')}`)
}

/** What is generated for a clip is called by these names. */
function idsOf({ id, pairs = [] }: ManifestClip): string[] {
  return [id, ...pairs.map((pair) => pair.id)]
}

/** Every path that a clip names, relative to the manifest. */
export function clipPaths(clip: ManifestClip): string[] {
  return [
    ...(clip.reference === undefined ? [] : [clip.reference.path]),
    clip.image.path,
    ...(clip.control === undefined ? [] : [clip.control.dir]),
    ...(clip.pairs ?? []).flatMap(({ control, reference }) => [
      control.dir,
      ...(reference === undefined ? [] : [reference.path]),
    ]),
    ...(clip.objectMasks ?? []).flatMap(({ path, frames }) => (frames === undefined ? [path] : [path, frames.dir])),
    ...Object.values(clip.assets ?? {}).map((file) => file.path),
  ]
}
