import { join } from 'node:path'
import {
  type MadeMasks,
  makeMasks,
  type Manifest,
  readManifest,
  readPrompts,
  type PromptFile,
} from '@kinemetric/benchmark'
import { countOf, isError, type KinemetricError } from '@kinemetric/files'
import { isUnverified, type MaskMode, networkCatalogue } from '@kinemetric/networks'
import { cliError } from '../../output/cli-error.ts'
import { type MaskModel, type MaskModelFlags, openedOnce, openMaskModel } from '../../options/mask-model.ts'
import { providerOption, threadsOption } from '../../options/network-options.ts'
import { makeOverlayPlace } from '../../output/overlay-place.ts'
import { requireOneOf } from '../../options/one-of.ts'
import { checkpointOption, unverifiedOption } from '../../options/own-checkpoint.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printFailures, type SaidOfClip } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { print, warn } from '../../output/print.ts'
import { startProgress } from '../../output/progress.ts'
import { inOneLine } from '../../output/visible.ts'
import { Option } from 'commander'

interface MaskFlags extends MaskModelFlags, LockFlags {
  boxes?: string
  points?: string
  mode: MaskMode
  fillHoles?: number
  out: string
  overlay?: string
  dump?: string
  overwrite?: boolean
  json?: boolean
  quiet?: boolean
}

const models = networkCatalogue.filter(({ role }) => role === 'masks').map(({ id }) => id)

/** `kinemetric masks <video>`: masks of objects that are pointed at, through a video. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<video>', 'a video, a folder of PNG frames, or a manifest (.jsonl: its reference clips)')
    .option('--boxes <file>', 'boxes.json, see below')
    .option('--points <file>', 'or: points.json, see below')
    .addOption(
      new Option('--mode <mode>', 'every frame by its own prompts, or from prompted frames through the video')
        .choices(['box-per-frame', 'box-propagate'])
        .default('box-per-frame'),
    )
    .addOption(new Option('--model <model>', 'default: sam2.1-large, or what --checkpoint is').choices(models))
    .addOption(checkpointOption())
    .addOption(unverifiedOption())
    .option('--config <file>', 'with --checkpoint: sizes of a network of your own (JSON)')
    .option(
      '--fill-holes <area>',
      "fill holes of at most so many cells of the network's map, 256 a side; 0: none (default: 0, with box-propagate 8)",
      wholeNumber(0),
    )
    .addOption(providerOption())
    .addOption(threadsOption())
    .requiredOption('--out <folder>', 'gets <object>/frame_0000.png (0 and 255), … and masks.json')
    .option('--overlay <file>', 'also a video (.mp4) with the masks and boxes drawn over it')
    .option('--dump <file>', 'also the tensors that the masks come of (.safetensors)')
    .option('--overwrite', 'remove the masks of another video, model or other prompts that lie in --out')
    .addOption(takeLockOption())
    .option('--json', 'print a summary as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      `
boxes.json, in pixels of the original frame, frames counted from 0; a box may stick out of the frame and is taken as it is:
  {"objects": [{"id": 1, "prompts": [{"frame": 0, "box": [x1, y1, x2, y2]}]}]}
points.json, label 1 on the object and 0 beside it (a "box" may stand with them):
  {"objects": [{"id": 1, "prompts": [{"frame": 0, "points": [[x, y, 1], [x, y, 0]]}]}]}
For a manifest, such by clip: {"clips": {"<clip>": {"objects": […]}}}; masks go to <out>/<clip>/.

Examples:
  kinemetric masks video.mp4 --boxes boxes.json --mode box-propagate --out masks/
  kinemetric masks frames/ --boxes boxes.json --model sam2.1-tiny --out masks/ --overlay look.mp4

With box-per-frame a frame without a prompt gets an empty mask, and an interrupted run goes on behind its last frame; with box-propagate it begins anew,
of a manifest at the clip that it was at. A clip that cannot be masked is told, with code 1; the others are.`,
    )
    .action(async (video: string, flags: MaskFlags) => {
      requireOneOf({ '--boxes <file>': flags.boxes, '--points <file>': flags.points })
      const prompts =
        flags.boxes === undefined ? await readPrompts(flags.points!, 'points') : await readPrompts(flags.boxes, 'boxes')
      const jobs = video.endsWith('.jsonl') ? await clipsOf(video, prompts, flags) : [{ video, out: flags.out }]
      const model = await openMaskModel(flags)
      if (model.weights.some(isUnverified)) warn('nothing vouches for the weights of --checkpoint')
      await makeOverlayPlace(flags.overlay)
      const made: (MadeMasks & { clip?: string | undefined })[] = []
      const failures: SaidOfClip[] = []
      await interruptible(
        async (signal) => {
          const shared = openedOnce(model, signal)
          try {
            for (const job of jobs) {
              const masks = await masksOf(job, prompts, { ...model, open: shared.open }, flags, signal).catch(
                async (error: unknown) => {
                  // One clip of many that cannot be masked leaves the others.
                  if (job.clip === undefined || error === shared.refused() || !isOfOneClip(error)) throw error
                  await shared.close()
                  failures.push({ clip: job.clip, reason: error.code, message: error.message })
                },
              )
              if (masks !== undefined) made.push({ ...masks, clip: job.clip })
            }
          } finally {
            await shared.close()
          }
        },
        // Frame after frame what is done is kept, and of many clips those that are finished.
        flags.mode === 'box-per-frame' || jobs.length > 1,
      )
      printFailures(failures)
      if (flags.json)
        printJson(
          jobs.length === 1 && jobs[0].clip === undefined
            ? summary(made[0])
            : [
                ...made.map(summary),
                ...failures.map(({ clip, reason, message }) => ({ clip, failed: { reason, message } })),
              ],
        )
      settle(failures.length > 0 ? exitCode.someFailed : exitCode.done)
    })
}

/** Whether an error says something of one clip, its prompts or what the network made of it, and nothing of the others. */
function isOfOneClip(error: unknown): error is KinemetricError {
  return isError(error, 'input') || isError(error, 'unfit') || isError(error, 'broken')
}

/** The masks of one video or clip, said when they are there. */
async function masksOf(
  { clip, video, out }: Job,
  prompts: PromptFile,
  model: MaskModel,
  flags: MaskFlags,
  signal: AbortSignal,
): Promise<MadeMasks> {
  const progress = startProgress(clip === undefined ? 'masks' : `masks of ${clip}`, { quiet: flags.quiet })
  const masks = await makeMasks({
    video,
    out,
    prompts: prompts.promptsOf(clip),
    mode: flags.mode,
    fillHoles: flags.fillHoles,
    model,
    provider: flags.provider,
    overwrite: flags.overwrite,
    takeLock: flags.takeLock,
    overlay: flags.overlay,
    dump: flags.dump,
    signal,
    onProgress: (done, total) => progress.update(done, total),
  }).finally(() => progress.stop())
  for (const warning of masks.warnings) warn(inOneLine(`${clip ?? video}: ${warning}`))
  if (flags.json !== true) printSummary(masks, out, flags)
  return masks
}

interface Job {
  readonly video: string
  readonly out: string
  readonly clip?: string | undefined
}

/** The reference clips of a manifest that prompts are there for. @throws KinemetricError `bad-option` */
async function clipsOf(path: string, prompts: PromptFile, { out, overlay, dump }: MaskFlags): Promise<Job[]> {
  const manifest: Manifest = await readManifest(path)
  const one = overlay === undefined ? dump : overlay
  if (one !== undefined)
    throw cliError('bad-option', one, {
      expected: 'one video, where an overlay or a dump is written',
      found: 'a manifest',
    })
  const ids = manifest.clips.map(({ id }) => id)
  const stranger = (prompts.clips ?? []).find((clip) => !ids.includes(clip))
  if (prompts.clips === undefined || stranger !== undefined) {
    const expected = `prompts by clip ("clips"), of clips that ${path} has`
    throw cliError('bad-option', prompts.path, { expected, found: stranger ?? 'those of one video' })
  }
  return manifest.clips
    .filter(({ id }) => prompts.clips!.includes(id))
    .map(({ id, reference }) => {
      if (reference !== undefined) return { clip: id, video: join(manifest.root, reference.path), out: join(out, id) }
      const expected = `prompts of clips with a reference, whose objects are masked`
      throw cliError('bad-option', prompts.path, { expected, found: `those of ${id}, which has none` })
    })
}

function printSummary(masks: MadeMasks, out: string, { overlay, dump }: MaskFlags): void {
  const { video, objects, model, known } = masks
  const trust = model.unverified ? ', weights unverified' : ''
  const there = known > 0 ? ` (${countOf(known, 'frame was', 'frames were')} there)` : ''
  const count = countOf(objects.length, 'object')
  print(`${count} through ${countOf(video.frames, 'frame')} by ${model.id}${trust}, ${masks.mode}${there}: ${out}`)
  if (overlay !== undefined) print(`overlay: ${overlay}`)
  if (dump !== undefined) print(`tensors: ${dump}`)
}

/** What a script wants to know; masks.json has the rest. */
function summary({
  clip,
  mode,
  model,
  settings,
  video,
  objects,
  known,
  identity,
  warnings,
}: MadeMasks & { clip?: string | undefined }) {
  return {
    ...(clip === undefined ? {} : { clip }),
    mode,
    model,
    settings,
    video,
    known,
    identity,
    warnings,
    objects: objects.map(({ id, masks }) => ({
      id,
      areas: masks.map(({ area }) => area),
      objectScores: masks.map(({ objectScore }) => objectScore),
      iou: masks.map(({ iou }) => iou),
    })),
  }
}
