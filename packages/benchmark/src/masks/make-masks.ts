import { join, resolve } from 'node:path'
import { canonicalJson, withLock, writeWhole, makeFolder } from '@kinemetric/files'
import type { MaskPrompt, MaskTracker, Provider } from '@kinemetric/networks'
import { checkPrompts, type MaskMode, objectsOf, trackMasks } from '@kinemetric/networks/track-masks'
import { isUnverified, type WeightUse } from '@kinemetric/networks/weight-use'
import { writeSafetensors } from '@kinemetric/networks/write-safetensors'
import { requireRoom } from '@kinemetric/video'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { MaskDump } from './dump-masks.ts'
import { MaskFolder } from './mask-folder.ts'
import { maskIdentity, maskSettings, usualFillHoles } from './mask-settings.ts'
import { openMaskVideo, type OpenedMaskVideo } from './mask-video.ts'
import type { MasksFile } from './masks-file.ts'
import { masksFileName, requireObjectNames, tellsCases } from './object-names.ts'
import { writeOverlay } from './write-overlay.ts'

export interface MakeMasksOptions {
  /** A video file or a folder of frames. */
  readonly video: string
  readonly prompts: readonly MaskPrompt[]
  /** Default `box-per-frame`. */
  readonly mode?: MaskMode | undefined
  /** Cells; 0: none. Default: none with `box-per-frame`, 8 with `box-propagate`. */
  readonly fillHoles?: number | undefined
  /** What draws the masks. It is opened when the video and its prompts are known to fit, and only where there is something to draw. */
  readonly model: {
    readonly id: string
    readonly weights: readonly WeightUse[]
    /** Sizes of a network of one's own, as JSON. */
    readonly config?: unknown
    readonly open: () => Promise<MaskTracker>
  }
  readonly provider?: Provider | undefined
  readonly out: string
  /** Remove masks of other videos, prompts or settings that lie there. */
  readonly overwrite?: boolean | undefined
  readonly takeLock?: boolean | undefined
  /** A video (.mp4) with the masks drawn over it. */
  readonly overlay?: string | undefined
  /** A file (.safetensors) for the tensors that the masks come of. Everything is computed then. */
  readonly dump?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

export interface MadeMasks extends MasksFile {
  /** Frames that another run had finished. */
  readonly known: number
}

const lockName = '.masks.lock'

/**
 * Makes the masks of objects through a video: `<out>/<object>/frame_0000.png`, a frame and object each, and `<out>/masks.json`. With `box-per-frame` a
 * run that was cut off goes on behind its last frame; with `box-propagate`, where every frame depends on those before, it begins anew.
 *
 * @throws KinemetricError before any network is opened as `checkPrompts`, `bad-prompts`, `bad-option`, `too-large`, `other-inputs`, `locked`, and as reading videos does; then as
 * networks do, `disk-full`, `write-failed`, the signal's reason
 */
export async function makeMasks(options: MakeMasksOptions): Promise<MadeMasks> {
  const { prompts, mode = 'box-per-frame', out, dump, signal } = options
  if (resolve(out) === resolve(options.video))
    throw benchmarkError('bad-option', out, { expected: "a folder other than the frames'", found: 'that folder' })
  const warnings: string[] = []
  const onWarning = ({ message }: { message: string }) => void warnings.push(message)
  const video = await openMaskVideo(options.video, { signal, onWarning })
  checkPrompts(video, prompts)
  if (dump !== undefined) requireDumpable(video, prompts, mode, dump)
  const { provider = 'cpu', fillHoles = usualFillHoles[mode], model } = options
  const settings = maskSettings(mode, fillHoles, provider)
  const identity = maskIdentity(mode, video, prompts, model.weights, settings, model.config)
  if (options.overlay !== undefined) requireRoom(options.overlay, video.frames, 3 * video.height * video.width)
  const objects = objectsOf(prompts)
  // What no file system can hold is refused before a folder is made.
  requireObjectNames(objects, out, true)
  await makeFolder(out)
  return withLock(
    join(out, lockName),
    async () => {
      requireObjectNames(objects, out, await tellsCases(out, lockName))
      const folder = await MaskFolder.open(out, identity, objects, video, options.overwrite === true)
      const all = [...Array(video.frames).keys()]
      const known = all.filter((frame) => folder.has(frame, objects)).length
      const asked = Map.groupBy(prompts, ({ frame }) => frame)
      const drawing: Drawing = {
        mode,
        fillHoles,
        objects,
        asked,
        wanted: mode === 'box-per-frame' ? [...asked.keys()] : all,
      }
      const isDone = dump === undefined && drawing.wanted.every((frame) => isKnown(frame, folder, drawing))
      const digest = isDone ? folder.digest : await draw(options, video, folder, drawing)
      // Cut off between its last frame and masks.json: what reading the video meets belongs into it.
      if (isDone && folder.warnings === undefined) await readThrough(video, [...asked.keys()])
      const unasked = await fillUnasked(folder, video, objects)
      const said = isDone && folder.warnings !== undefined ? folder.warnings : [...warnings, ...unasked]
      const { name, sha256, frames, height, width, fps = null } = video
      const file: MasksFile = {
        schema: 'kinemetric/masks@1',
        identity,
        mode,
        video: { name, sha256, frames, height, width, fps },
        model: {
          id: model.id,
          ...(model.config === undefined ? {} : { config: model.config }),
          digest,
          weights: [...model.weights],
          unverified: model.weights.some(isUnverified),
        },
        settings,
        objects: objects.map((id) => ({
          id,
          prompts: prompts.filter((prompt) => prompt.object === id).map(asGiven),
          masks: all.map((frame) => folder.entriesOf(frame).get(id)!),
        })),
        warnings: [...said],
      }
      await writeWhole(join(out, masksFileName), canonicalJson(file))
      await folder.finish()
      if (options.overlay !== undefined)
        await writeOverlay(options.overlay, out, video, objects, prompts, (object, frame) =>
          folder.fileOf(object, frame),
        )
      return { ...file, known: dump === undefined ? known : 0 }
    },
    { take: options.takeLock },
  )
}

interface Drawing {
  readonly mode: MaskMode
  readonly fillHoles: number
  readonly objects: readonly string[]
  /** Prompts by frame. */
  readonly asked: ReadonlyMap<number, readonly MaskPrompt[]>
  /** Frames that are drawn. */
  readonly wanted: readonly number[]
}

function isKnown(frame: number, folder: MaskFolder, { mode, objects, asked }: Drawing): boolean {
  return folder.has(frame, mode === 'box-propagate' ? objects : (asked.get(frame) ?? []).map(({ object }) => object))
}

/** Reads the frames that drawing reads first, which is when a video's warnings are told. */
async function readThrough(video: OpenedMaskVideo, asked: readonly number[]): Promise<void> {
  const start = Math.min(...asked)
  for await (const _ of video.read(start, Math.max(...asked) - start + 1));
}

/** Draws what is not there. @returns the digest of the network */
async function draw(
  { prompts, model, dump, signal, onProgress }: MakeMasksOptions,
  video: OpenedMaskVideo,
  folder: MaskFolder,
  drawing: Drawing,
): Promise<string> {
  const { mode, fillHoles, objects, wanted } = drawing
  const isAlone = mode === 'box-per-frame'
  const isThere = (frame: number) => dump === undefined && isKnown(frame, folder, drawing)
  const total = stepsOf(video, prompts, isAlone)
  let done = isAlone ? wanted.filter(isThere).length : 0
  onProgress?.(done, total)
  const gathered = new MaskDump(objects)
  const tracker = await model.open()
  try {
    const found = trackMasks(tracker, video, prompts, {
      mode,
      fillHoles,
      keep: dump !== undefined,
      signal,
      isKnown: ({ index }) => isThere(index),
    })
    for await (const frame of found) {
      if (dump !== undefined) gathered.add(frame)
      await folder.add(frame, isAlone ? tracker.digest : undefined)
      onProgress?.(++done, total)
    }
    if (dump !== undefined) {
      const tensors = isAlone ? gathered.still() : gathered.video(await tracker.remembered(), video.height, video.width)
      await writeSafetensors(dump, tensors)
    }
    return tracker.digest
  } finally {
    await tracker.close()
  }
}

/** Frames that are masked: with propagation the way back comes to those before the last object's first prompt, and that one, a second time. */
function stepsOf(video: OpenedMaskVideo, prompts: readonly MaskPrompt[], isAlone: boolean): number {
  const frames = new Set(prompts.map(({ frame }) => frame))
  if (isAlone) return frames.size
  const first = objectsOf(prompts).map((object) =>
    Math.min(...prompts.filter((prompt) => prompt.object === object).map(({ frame }) => frame)),
  )
  const last = Math.max(...first)
  return video.frames - Math.min(...first) + (last > 0 ? last + 1 : 0)
}

/** Frames on which nobody asked for an object get an empty mask. @returns what there is to say of it */
async function fillUnasked(folder: MaskFolder, video: OpenedMaskVideo, objects: readonly string[]): Promise<string[]> {
  const said: string[] = []
  for (const object of objects) {
    let unasked = 0
    for (let frame = 0; frame < video.frames; frame++) {
      const entry = folder.entriesOf(frame).get(object)
      if (entry === undefined) await folder.addEmpty(frame, object)
      if (entry === undefined || entry.objectScore === null) unasked++
    }
    if (unasked > 0)
      said.push(`object ${object}: ${unasked} of ${video.frames} frames have no prompt, their masks are empty`)
  }
  return said
}

/** @throws KinemetricError `bad-option` where a dump would not be of one frame; `too-large` */
function requireDumpable(video: OpenedMaskVideo, prompts: readonly MaskPrompt[], mode: MaskMode, dump: string): void {
  const count = new Set(prompts.map(({ frame }) => frame)).size
  if (mode === 'box-per-frame' && count > 1)
    throw benchmarkError('bad-option', dump, {
      expected: 'prompts on one frame, where tensors of frames by themselves are dumped',
      found: `on ${count} frames`,
    })
  if (mode === 'box-propagate')
    requireRoom(dump, 2 * video.frames, 4 * objectsOf(prompts).length * video.height * video.width, 2 ** 31)
}

function asGiven({ frame, box, points }: MaskPrompt): MasksFile['objects'][number]['prompts'][number] {
  return {
    frame,
    ...(box === undefined ? {} : { box: [...box] }),
    ...(points === undefined ? {} : { points: points.map(({ x, y, label }) => [x, y, label]) }),
  }
}
