import { LinePlaces, NameTable, parseJson, PlacedLines, withoutMark } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { type ManifestClip, manifestClipSchema } from './manifest-clip.ts'
import { checkManifest, type Manifest } from './read-manifest.ts'

/** A manifest that was checked, whose clips are read when they are wanted and not held. */
export interface OpenManifest extends Omit<Manifest, 'clips'> {
  clips: ManifestClips
}

/** The clips of a manifest in the file's order: names in memory, the rest in the file. A hundred thousand take some 5 MB. */
export class ManifestClips {
  readonly ids = new NameTable()
  readonly #path: string
  readonly #places = new LinePlaces()
  readonly #lines: PlacedLines

  constructor(path: string) {
    this.#path = path
    this.#lines = new PlacedLines(path, { held: true })
  }

  get length(): number {
    return this.ids.size
  }

  /** The next clip. @param begin and end of its line in bytes of the file, without its line feed */
  add({ id }: ManifestClip, begin: number, end: number): void {
    this.#places.add(begin, end)
    this.ids.add(id)
  }

  /** @throws KinemetricError `bad-manifest` where the file was changed since it was opened */
  at(index: number): ManifestClip {
    try {
      const text = this.#lines.text(this.#places.of(index))
      const clip = manifestClipSchema.parse(parseJson(index === 0 ? withoutMark(text) : text))
      if (clip.id === this.ids.at(index)) return clip
    } catch (cause) {
      if (cause instanceof RangeError) throw cause
      throw this.#changed(cause)
    }
    throw this.#changed()
  }

  /** Holds the file that is there now. @throws as `openRegularFile` */
  hold(): void {
    this.#lines.open()
  }

  *[Symbol.iterator](): Generator<ManifestClip> {
    for (let index = 0; index < this.length; index++) yield this.at(index)
  }

  close(): void {
    this.#lines.close()
  }

  #changed(cause?: unknown) {
    const said = { expected: 'the manifest as it was when it was opened', found: 'a file that was changed since' }
    return benchmarkError('bad-manifest', this.#path, said, { cause })
  }
}

/**
 * `readManifest` without holding the clips.
 * @param onClip told each clip once, in order, while the file is checked @throws as `readManifest`
 */
export async function openManifest(path: string, onClip?: (clip: ManifestClip) => void): Promise<OpenManifest> {
  const clips = new ManifestClips(path)
  const found = await checkManifest(path, ({ clip, begin, end }) => {
    clips.add(clip, begin, end)
    onClip?.(clip)
  })
  clips.hold()
  return { path, ...found, clips }
}
