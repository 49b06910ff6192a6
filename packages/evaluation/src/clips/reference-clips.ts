import { join } from 'node:path'
import { type FrameArray, type OnWarning, readFrames, readImage } from '@kinemetric/video'
import {
  benchmarkError,
  clipError,
  cutVideo,
  findProtocol,
  folder as folderAdapter,
  type ManifestClip,
  type ManifestFile,
  manifestProtocol,
  type Protocol,
  readDataset,
  readManifest,
} from '@kinemetric/benchmark'
import {
  type ClipFailure,
  type RecordFailure,
  type ProbeScene,
  probeSceneFile,
  probeSceneSchema,
} from '@kinemetric/records'
import { contentStamp } from './content-stamp.ts'
import { manifestNotes } from './manifest-notes.ts'
import { foundStamp, manifestStamp } from './manifest-stamp.ts'
import { hashBytes, hashFile, isError, readJson, systemReason } from '@kinemetric/files'

/** Where the reference clips come from: a prepared manifest, or a folder of videos paired with the generated ones by name. */
export type ReferenceSource = { manifest: string } | { folder: string }

/** A reference clip, read when its turn comes. */
export interface ReferenceClip {
  id: string
  /** The source video, where several of the references are cut from it: such clips are no independent ones. Undefined: the clip stands for itself. */
  unit?: string | undefined
  label?: string | undefined
  fps: number | null
  /** The frames that a generated clip is held against, [T, H, W, 3] contiguous, and their rate where it is known. @throws KinemetricError */
  read(signal?: AbortSignal, onWarning?: OnWarning): Promise<{ pixels: FrameArray; fps: number | null }>
  /** sha256 that the decoded frames must have, where the manifest says. */
  framesSha256?: string | undefined
  /** Changes with what the clip's measurements are made of: its files' content, as the manifest has it or as found. Starts with a space. */
  stamp(): Promise<string>
  /** Of the reference file as it is found, where `stamp` is of what the manifest says: a file that was missing or wrong may have been mended. Starts with a space. */
  stampAsFound?: (() => Promise<string>) | undefined
  objectMasks: { object: string; read: () => Promise<FrameArray> }[]
  /** Folder of the control signal's frames. */
  control?: string | undefined
  /** Of a clip of which is known what happens in it: the scene, and the pairs that were to be generated, each without one driver. */
  probe?: { scene: () => Promise<ProbeScene>; pairs: readonly ReferencePair[] } | undefined
}

/** A pair of a clip: what its generated video is called, and where its control signal lies. */
export interface ReferencePair {
  driver: string
  id: string
  control: string
  /** What really happens without the driver, where the dataset knows: its frames, as `ReferenceClip.read` gives them. */
  read: (() => Promise<FrameArray>) | undefined
}

/** The reference side of an evaluation. */
export interface ReferenceSet {
  protocol: Protocol
  clips: ReferenceClip[]
  /** Clips that the source names and cannot give. */
  failures: ClipFailure[]
  /** In words, what was passed over. */
  warnings: string[]
  /** sha256 of the manifest; null for a folder. */
  manifest: string | null
  /** Changes when the set of references changes. */
  digest: string
}

/** What a conclusion has to know of the references, none of which it sees. */
export interface ConcludedReferences extends Pick<ReferenceSet, 'protocol' | 'manifest'> {
  clips: readonly Pick<ReferenceClip, 'id' | 'unit'>[]
  failures: readonly RecordFailure[]
}

/** @throws KinemetricError `bad-manifest`, `bad-dataset`, `bad-protocol`, `bad-option`. */
export async function openReferences(
  source: ReferenceSource,
  protocol: string | Protocol | undefined,
): Promise<ReferenceSet> {
  return 'manifest' in source ? fromManifest(source.manifest, protocol) : fromFolder(source.folder, protocol)
}

async function fromManifest(path: string, asked: string | Protocol | undefined): Promise<ReferenceSet> {
  const manifest = await readManifest(path)
  const own = manifest.protocol
  if (typeof asked === 'string' && asked !== own.id && asked !== `${own.id}@${own.version}`)
    throw benchmarkError(
      'bad-option',
      path,
      `expected the manifest's own protocol ${own.id}@${own.version}, found ${asked}`,
    )
  const protocol = await manifestProtocol(manifest, typeof asked === 'object' ? asked : undefined)
  const units = unitsOf(manifest.clips)
  const clips = manifest.clips.map((clip) => ({ ...manifestClip(manifest.root, clip), unit: units.get(clip.id) }))
  const warnings = manifestNotes(manifest.clips, protocol.identity.window.fps)
  return { protocol, clips, failures: [], warnings, manifest: manifest.sha256, digest: manifest.sha256 }
}

/** The source video of each clip that shares it with another one of the manifest, by the clip's id. */
export function unitsOf(clips: readonly Pick<ManifestClip, 'id' | 'source'>[]): Map<string, string> {
  const videos = Map.groupBy(clips, ({ source }) => `${source.dataset}/${source.video}`)
  return new Map(
    [...videos].flatMap(([video, cut]) => (cut.length < 2 ? [] : cut.map(({ id }): [string, string] => [id, video]))),
  )
}

function manifestClip(root: string, clip: ManifestClip): ReferenceClip {
  return {
    id: clip.id,
    label: clip.label,
    fps: clip.fps,
    framesSha256: clip.reference?.framesSha256,
    stamp: () => manifestStamp(root, clip),
    stampAsFound: () => foundStamp(root, clip),
    read: async (signal, onWarning) => {
      if (clip.reference === undefined)
        throw clipError('missing-reference', clip.id, {
          expected: 'a reference to score against',
          found: 'a prompt, which has none',
        })
      const path = await checkedFile(root, clip.reference)
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
    },
    objectMasks: (clip.objectMasks ?? []).map((mask) => ({
      object: mask.object,
      read: async () => readImage(await checkedFile(root, mask)),
    })),
    control: clip.control === undefined ? undefined : join(root, clip.control.dir),
    probe: probeOf(root, clip),
  }
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

async function fromFolder(path: string, asked: string | Protocol | undefined): Promise<ReferenceSet> {
  const protocol = typeof asked === 'object' ? asked : findProtocol(asked ?? 'as-is')
  const clips: ReferenceClip[] = []
  const failures: ClipFailure[] = []
  const ids: string[] = []
  const { items, notes } = await readDataset(folderAdapter, path, {}, { protocol, plan: false })
  for (const item of items) {
    if ('problem' in item) failures.push({ clip: item.id, reason: 'duplicate-reference', message: item.problem })
    else if (item.video !== undefined) {
      const { video } = item
      ids.push(item.id)
      clips.push({
        id: item.id,
        fps: protocol.identity.window.fps,
        read: async (signal, onWarning) => {
          const { frames, fps, warnings } = await cutVideo(video, protocol.identity, {}, signal)
          for (const warning of warnings) onWarning?.(warning)
          return { pixels: frames, fps }
        },
        stamp: async () => ` ${await contentStamp(video.files[0]).catch(String)}`,
        objectMasks: [],
      })
    }
  }
  return {
    protocol,
    clips,
    failures,
    warnings: notes,
    manifest: null,
    digest: hashBytes(ids.join('\n')),
  }
}
