import { LinePlaces, NameTable, parseJson, PlacedLines, withoutMark } from '@kinemetric/files'
import { type ManifestClip, manifestClipSchema } from './manifest-clip.ts'
import { checkManifest, type Manifest } from './read-manifest.ts'

/** A manifest that was checked, whose clips are read when they are wanted and not held. */
export interface OpenManifest extends Omit<Manifest, 'clips'> {
  clips: ManifestClips
}

/** The clips of a manifest in the file's order: names in memory, the rest in the file. A hundred thousand take some 5 MB. */
export class ManifestClips {
  readonly ids = new NameTable()
  readonly #places = new LinePlaces()
  readonly #lines: PlacedLines

  constructor(path: string) {
    this.#lines = new PlacedLines(path)
  }

  get length(): number {
    return this.ids.size
  }

  add({ id }: ManifestClip, begin: number, end: number): void {
    this.#places.add(begin, end)
    this.ids.add(id)
  }

  /** @throws KinemetricError where the file has become shorter since it was opened; what the schema throws where it has other lines */
  at(index: number): ManifestClip {
    const text = this.#lines.text(this.#places.of(index))
    return manifestClipSchema.parse(parseJson(index === 0 ? withoutMark(text) : text))
  }

  *[Symbol.iterator](): Generator<ManifestClip> {
    for (let index = 0; index < this.length; index++) yield this.at(index)
  }

  close(): void {
    this.#lines.close()
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
  return { path, ...found, clips }
}
