import { clipError, type ControlType, type Protocol } from '@kinemetric/benchmark'
import type { ClipFailure, ProbeScene, RecordFailure } from '@kinemetric/records'
import type { FrameArray, OnWarning } from '@kinemetric/video'
import type { ClipNames } from './clip-names.ts'

/**
 * Where the reference clips come from: a prepared manifest, a folder of videos paired with the generated ones by name, or nowhere: then clips are what was generated.
 */
export type ReferenceSource = { manifest: string } | { folder: string } | { none: true }

export type ReadReference = (
  signal?: AbortSignal,
  onWarning?: OnWarning,
) => Promise<{ pixels: FrameArray; fps: number | null }>

/** A reference clip, read when its turn comes. */
export interface ReferenceClip {
  id: string
  /** The source video, where several of the references are cut from it: such clips are no independent ones. Undefined: the clip stands for itself. */
  unit?: string | undefined
  label?: string | undefined
  /** The label's class, by the data set's name for it. */
  class?: string | undefined
  fps: number | null
  /**
   * The frames that a generated clip is held against, [T, H, W, 3] contiguous, and their rate where it is known. Absent: there is none, and only what needs none can be
   * measured. @throws KinemetricError
   */
  read?: ReadReference | undefined
  /** sha256 that the decoded frames must have, where the manifest says. */
  framesSha256?: string | undefined
  /** Changes with what the clip's measurements are made of: its files' content, as the manifest has it or as found. Starts with a space. */
  stamp(): Promise<string>
  /** Of the reference file as it is found, where `stamp` is of what the manifest says: a file that was missing or wrong may have been mended. Starts with a space. */
  stampAsFound?: (() => Promise<string>) | undefined
  /** Each object's in the first frame, and in every frame of the clip, `[T, H, W, 3]`, where the manifest has such. */
  objectMasks: { object: string; read: () => Promise<FrameArray>; readEach?: (() => Promise<FrameArray>) | undefined }[]
  /** What was recorded again of the same scene, each of the reference's shape; absent where nothing was. */
  takes?: { read(): Promise<FrameArray> }[] | undefined
  /**
   * Where the reference and each take move, white on black, of masks that went through a codec; of shipped ones whatever they went through.
   * @throws KinemetricError `missing-reference` where there are none
   */
  movingPixels?(codec: 'lossless' | 'mpeg4'): Promise<FrameArray[]>
  /** Folder of the control signal's frames. */
  control?: string | undefined
  /** What it shows. */
  controlType?: ControlType | undefined
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

/** The references in their order: names in memory, the rest is looked up where it is wanted. */
export interface ReferenceClips {
  readonly names: ClipNames
  readonly length: number
  at(index: number): ReferenceClip
  /** Whether it is known what happens in a clip. */
  hasProbe(index: number): boolean
  /** Lets go of the file that they are read from, which is opened again when more is asked for. */
  close(): void
}

/** The reference side of an evaluation. */
export interface ReferenceSet {
  protocol: Protocol
  clips: ReferenceClips
  /** Clips that the source names and cannot give. */
  failures: ClipFailure[]
  /** Names of clips that are there and were not asked for; absent where all were. */
  passedOver?: Pick<ReadonlySet<string>, 'has'> | undefined
  /** In words, what was passed over. */
  warnings: string[]
  /** There are no references: nothing but names is known of the clips. */
  none?: true | undefined
  /** sha256 of the manifest; null where there is none. */
  manifest: string | null
  /** Changes when the set of references changes. */
  digest: string
}

/** What a conclusion has to know of the references, none of which it sees. */
export interface ConcludedReferences extends Pick<ReferenceSet, 'protocol' | 'manifest'> {
  clips: ClipNames
  failures: readonly RecordFailure[]
}

/** What a clip without a reference says to whoever wants it. */
export const noReference = { expected: 'a reference to score against', found: 'a prompt, which has none' }

/** The frames of a clip's reference. @throws KinemetricError `missing-reference` where it has none; as reading it does */
export function readReference(
  { id, read }: Pick<ReferenceClip, 'id' | 'read'>,
  ...how: Parameters<ReadReference>
): ReturnType<ReadReference> {
  if (read === undefined) throw clipError('missing-reference', id, noReference)
  return read(...how)
}
