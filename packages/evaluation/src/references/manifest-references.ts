import { join } from 'node:path'
import {
  benchmarkError,
  clipError,
  type ManifestClip,
  type ManifestClips,
  type ManifestFile,
  manifestProtocol,
  openManifest,
  type Protocol,
} from '@kinemetric/benchmark'
import { grown, hashFile, isError, NameTable, readJson, systemReason } from '@kinemetric/files'
import { probeSceneFile, probeSceneSchema } from '@kinemetric/records'
import { type FrameArray, type OnWarning, readFrames, readImage } from '@kinemetric/video'
import { ClipNames } from './clip-names.ts'
import { ManifestNotes } from './manifest-notes.ts'
import { foundStamp, manifestStamp, stampInManifest } from './manifest-stamp.ts'
import type { ReadReference, ReferenceClip, ReferenceClips, ReferenceSet } from './reference-clips.ts'

/** References of a manifest. @throws KinemetricError `bad-manifest`, `bad-protocol`, `bad-option` */
export async function manifestReferences(path: string, asked: string | Protocol | undefined): Promise<ReferenceSet> {
  const seen = new SeenClips()
  const notes = new ManifestNotes()
  const manifest = await openManifest(path, (clip) => {
    seen.add(clip)
    notes.add(clip)
  })
  const own = manifest.protocol
  if (typeof asked === 'string' && asked !== own.id && asked !== `${own.id}@${own.version}`)
    throw benchmarkError(
      'bad-option',
      path,
      `expected the manifest's own protocol ${own.id}@${own.version}, found ${asked}`,
    )
  const protocol = await manifestProtocol(manifest, typeof asked === 'object' ? asked : undefined)
  return {
    protocol,
    clips: new ManifestReferences(manifest.root, manifest.clips, seen),
    failures: [],
    warnings: notes.words(protocol.identity.window.fps),
    manifest: manifest.sha256,
    digest: manifest.sha256,
  }
}

const [PROBED, STAMPED] = [1, 2]

/** What is kept of clips as a manifest is gone through. */
class SeenClips {
  #count = 0
  #flags = new Uint8Array(64)
  /** `[clips, 32]` stamps of those that are STAMPED. */
  #stamps = new Uint8Array(64)
  #videos = new NameTable()
  /** `[clips]` the place of each one's source video. */
  #videoOf = new Uint32Array(64)

  add(clip: ManifestClip): void {
    const index = this.#count++
    this.#flags = grown(this.#flags, this.#count)
    if (Object.hasOwn(clip.assets ?? {}, probeSceneFile)) this.#flags[index] |= PROBED
    const stamp = stampInManifest(clip)
    if (stamp !== undefined) {
      this.#flags[index] |= STAMPED
      this.#stamps = grown(this.#stamps, 32 * this.#count)
      this.#stamps.set(Buffer.from(stamp.slice(1), 'hex'), 32 * index)
    }
    this.#videoOf = grown(this.#videoOf, this.#count)
    this.#videoOf[index] = this.#videos.add(`${clip.source.dataset}/${clip.source.video}`)
  }

  hasProbe(index: number): boolean {
    return (this.#flags[index] & PROBED) !== 0
  }

  /** The clip's stamp where the manifest alone has said it. */
  stampOf(index: number): string | undefined {
    if ((this.#flags[index] & STAMPED) === 0) return undefined
    return ` ${Buffer.from(this.#stamps.subarray(32 * index, 32 * index + 32)).toString('hex')}`
  }

  /** The names with the source videos that several clips are cut from; asked for once, for the others are forgotten. */
  named(ids: NameTable): ClipNames {
    const counts = new Uint32Array(this.#videos.size)
    for (let index = 0; index < this.#count; index++) counts[this.#videoOf[index]]++
    const names = new ClipNames(ids)
    for (let index = 0; index < this.#count; index++) {
      const video = this.#videoOf[index]
      if (counts[video] > 1) names.setUnit(index, this.#videos.at(video))
    }
    this.#videos = new NameTable()
    this.#videoOf = new Uint32Array(0)
    return names
  }
}

class ManifestReferences implements ReferenceClips {
  readonly names: ClipNames
  readonly #root: string
  readonly #clips: ManifestClips
  readonly #seen: SeenClips

  constructor(root: string, clips: ManifestClips, seen: SeenClips) {
    this.names = seen.named(clips.ids)
    this.#root = root
    this.#clips = clips
    this.#seen = seen
  }

  get length(): number {
    return this.#clips.length
  }

  hasProbe(index: number): boolean {
    return this.#seen.hasProbe(index)
  }

  close(): void {
    this.#clips.close()
  }

  at(index: number): ReferenceClip {
    const id = this.names.idAt(index)
    return new ManifestReference(this.#root, id, this.names.unitAt(index), this.#seen.stampOf(index), () =>
      this.#clips.at(index),
    )
  }
}

/** A clip whose line is read when more of it is asked for than its name and its stamp. */
class ManifestReference implements ReferenceClip {
  readonly id: string
  readonly unit: string | undefined
  readonly #root: string
  readonly #stamp: string | undefined
  readonly #readLine: () => ManifestClip
  #clip: ManifestClip | undefined

  constructor(
    root: string,
    id: string,
    unit: string | undefined,
    stamp: string | undefined,
    readLine: () => ManifestClip,
  ) {
    this.id = id
    this.unit = unit
    this.#root = root
    this.#stamp = stamp
    this.#readLine = readLine
  }

  get #line(): ManifestClip {
    return (this.#clip ??= this.#readLine())
  }

  get label(): string | undefined {
    return this.#line.label
  }

  get class(): string | undefined {
    return this.#line.class ?? this.#line.template
  }

  get fps(): number | null {
    return this.#line.fps
  }

  get framesSha256(): string | undefined {
    return this.#line.reference?.framesSha256
  }

  get objectMasks(): ReferenceClip['objectMasks'] {
    return (this.#line.objectMasks ?? []).map((mask) => ({
      object: mask.object,
      read: async () => readImage(await checkedFile(this.#root, mask)),
      readEach: mask.frames && (async () => (await readFrames(join(this.#root, mask.frames!.dir))).pixels),
    }))
  }

  get controlType(): ReferenceClip['controlType'] {
    return this.#line.control?.type
  }

  get takes(): ReferenceClip['takes'] {
    return this.#line.takes?.map((take) => ({
      read: async () => (await readFrames(await checkedFile(this.#root, take))).pixels,
    }))
  }

  async movingPixels(codec: 'lossless' | 'mpeg4'): Promise<FrameArray[]> {
    const { movingPixels = [] } = this.#line
    const kinds = [codec, 'shipped']
    const found = movingPixels.find((each) => kinds.includes(each.codec))
    if (found === undefined)
      throw clipError('missing-reference', this.id, {
        expected: `masks of moving pixels (${kinds.join(' or ')})`,
        found: movingPixels.map((each) => each.codec).join(', ') || 'none',
      })
    return Promise.all(found.masks.map(async (mask) => (await readFrames(await checkedFile(this.#root, mask))).pixels))
  }

  get control(): string | undefined {
    return this.#line.control && join(this.#root, this.#line.control.dir)
  }

  get probe(): ReferenceClip['probe'] {
    return probeOf(this.#root, this.#line)
  }

  async stamp(): Promise<string> {
    return this.#stamp ?? manifestStamp(this.#root, this.#line)
  }

  stampAsFound(): Promise<string> {
    return foundStamp(this.#root, this.#line)
  }

  /** Of a prompt there is none. */
  get read(): ReadReference | undefined {
    const { reference } = this.#line
    if (reference === undefined) return undefined
    return (signal, onWarning) => readReference(this.#root, this.#line, reference, signal, onWarning)
  }
}

async function readReference(
  root: string,
  clip: ManifestClip,
  reference: ManifestFile,
  signal: AbortSignal | undefined,
  onWarning: OnWarning | undefined,
): ReturnType<ReadReference> {
  const path = await checkedFile(root, reference)
  const { pixels } = await readFrames(path, { signal, onWarning })
  const [count, height, width] = pixels.shape
  const [targetHeight, targetWidth] = clip.geometry.target
  if (count !== clip.window.count)
    throw clipError(
      count < clip.window.count ? 'too-few-frames' : 'too-many-frames',
      path,
      `expected ${clip.window.count} frames, found ${count}`,
    )
  if (height !== targetHeight || width !== targetWidth)
    throw clipError(
      'wrong-size',
      path,
      `expected ${targetHeight}×${targetWidth} (height × width), found ${height}×${width}`,
    )
  return { pixels, fps: clip.fps }
}

function probeOf(root: string, { id, assets = {}, pairs = [] }: ManifestClip): ReferenceClip['probe'] {
  if (!Object.hasOwn(assets, probeSceneFile)) return undefined
  return {
    scene: async () => {
      const path = await checkedFile(root, assets[probeSceneFile])
      return readJson(path, probeSceneSchema).catch((cause: unknown) => {
        if (!isError(cause, 'input')) throw cause
        throw clipError('missing-reference', id, { expected: 'a scene for probes', found: cause.message }, { cause })
      })
    },
    pairs: pairs.map(({ without, id: own, control, reference }) => ({
      driver: without,
      id: own,
      control: join(root, control.dir),
      read: reference && (async () => (await readFrames(await checkedFile(root, reference))).pixels),
    })),
  }
}

/** The path of a manifest's file after comparing its sha256. @throws KinemetricError `missing-reference`, `hash-mismatch`. */
async function checkedFile(root: string, file: ManifestFile): Promise<string> {
  const path = join(root, file.path)
  const found = await hashFile(path).catch((cause: unknown) => {
    throw clipError(
      'missing-reference',
      path,
      `expected the file that the manifest names, found ${systemReason(cause)}`,
      { cause },
    )
  })
  if (file.sha256 !== undefined && found !== file.sha256)
    throw clipError('hash-mismatch', path, `expected the sha256 ${file.sha256} that the manifest gives, found ${found}`)
  return path
}
