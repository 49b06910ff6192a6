import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { confiner, isError, issuesOf, parseJson, readLines, systemReason, withoutMark } from '@kinemetric/files'
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
  const parser = manifestParser(path)
  const hash = createHash('sha256')
  let root: string
  try {
    for await (const lines of readLines(path, { onBytes: (bytes) => hash.update(bytes) }))
      for (const { text } of lines) parser.add(text)
    root = await realpath(dirname(path))
  } catch (cause) {
    if (isError(cause, 'input', 'bad-manifest')) throw cause
    const found = `nothing readable (${systemReason(cause)})`
    throw benchmarkError('bad-manifest', path, { expected: 'a manifest (JSON Lines)', found }, { cause })
  }
  const clips = parser.finish()
  const confined = confiner(root)
  for (const [index, clip] of clips.entries())
    for (const file of clipPaths(clip)) {
      await confined(file).catch((error: unknown) => {
        if (!isError(error, 'input', 'outside')) throw error
        throw benchmarkError('bad-manifest', `${path}:${index + 1}`, error.message, { cause: error })
      })
    }
  return { path, root, protocol: clips[0].protocol, clips, sha256: hash.digest('hex') }
}

/** The clips of a manifest's text. @throws KinemetricError `bad-manifest`; `name` stands in its message */
export function parseManifest(text: string, name: string): ManifestClip[] {
  const parser = manifestParser(name)
  for (const line of text.split('\n')) parser.add(line)
  return parser.finish()
}

/** Takes a manifest line by line. Both throw as `parseManifest`. */
function manifestParser(name: string): { add(line: string): void; finish(): ManifestClip[] } {
  const clips: ManifestClip[] = []
  const lineOfId = new Map<string, number>()
  let index = -1
  const add = (text: string) => {
    index++
    const line = index === 0 ? withoutMark(text) : text
    if (line.trim() === '') return
    const where = `${name}:${index + 1}`
    const clip = parseLine(line, where)
    for (const id of idsOf(clip)) {
      const earlier = lineOfId.get(id)
      if (earlier !== undefined)
        throw benchmarkError('bad-manifest', where, {
          expected: 'every clip once',
          found: `${id} again (first on line ${earlier})`,
        })
      lineOfId.set(id, index + 1)
    }
    const first = clips[0]?.protocol ?? clip.protocol
    if (first.id !== clip.protocol.id || first.version !== clip.protocol.version)
      throw benchmarkError('bad-manifest', where, {
        expected: `one protocol in a manifest (${first.id}@${first.version})`,
        found: `${clip.protocol.id}@${clip.protocol.version}`,
      })
    clips.push(sharing(clips.at(-1), clip))
  }
  const finish = () => {
    if (clips.length === 0) throw benchmarkError('bad-manifest', name, { expected: 'at least one clip', found: 'none' })
    return clips
  }
  return { add, finish }
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
    ...(clip.objectMasks ?? []).map((mask) => mask.path),
    ...Object.values(clip.assets ?? {}).map((file) => file.path),
  ]
}
