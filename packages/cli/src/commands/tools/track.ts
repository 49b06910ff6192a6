import { InvalidArgumentError, Option } from 'commander'
import { countOf, jsonLine, readRawJson, writeWhole } from '@kinemetric/files'
import {
  chooseSettings,
  findMetric,
  findRecipe,
  maskArea,
  maskOfFrame,
  metricCatalogue,
  sampleMaskPoints,
  type TrackedWindows,
  trackWindows,
} from '@kinemetric/metrics'
import {
  cotracker3Of,
  drawTracklets,
  openCheckpoint,
  openNetwork,
  queriesFromJson,
  tracksToJson,
  type Query,
  type Tracker,
  type Tracklets,
  trackerChoices,
} from '@kinemetric/networks'
import {
  type FrameArray,
  hasEnding,
  imageEndings,
  type OnWarning,
  otherImageEndings,
  readFrames,
  readImage,
  writePreview,
} from '@kinemetric/video'
import { cliError } from '../../output/cli-error.ts'
import { providerOption, threadsOption, type NetworkFlags } from '../../options/network-options.ts'
import { makeOverlayPlace } from '../../output/overlay-place.ts'
import { setOption } from '../../options/benchmark/set-option.ts'
import { requireOneOf } from '../../options/one-of.ts'
import {
  checkpointOption,
  requireUnverified,
  unverifiedOption,
  type CheckpointFlags,
} from '../../options/own-checkpoint.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print, tell, warn } from '../../output/print.ts'
import { inOneLine } from '../../output/visible.ts'

interface TrackFlags extends NetworkFlags, CheckpointFlags {
  points?: string
  mask?: string
  for?: string
  set?: string[]
  count: number
  seed: number
  tracker: string
  out: string
  overlay?: string
  json?: boolean
}

interface Size {
  width: number
  height: number
}

/** Pixels of a mask image above this are the object's. */
const MASK_THRESHOLD = 127

/** `kinemetric track <video>`: tracklets of points through one video. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<video>', 'a video file or a folder of frames')
    .option('--points <file>', 'points.json: { "queries": [[t, x, y], …] }, pixels of the original frame')
    .option(
      '--mask <file>',
      'or: an image (PNG, JPEG, WebP, TIFF); points are drawn from its pixels above 127 (a video or a folder: its first frame)',
    )
    .option(
      '--for <metric>',
      `or: those of ${ofWindows.join(', ')}, of a recipe behind a colon: the points of its grid in each of its windows, in frames of its size`,
    )
    .addOption(setOption())
    .option('--count <n>', 'with --mask: how many points', wholeNumber(1), 100)
    .option('--seed <n>', 'with --mask: seed of the draw', wholeNumber(0), 0)
    .addOption(
      new Option('--tracker <tracker>', 'auto: cotracker3-offline where its weights are, else lucas-kanade')
        .choices(trackerChoices)
        .argParser(trackerName)
        .default('auto'),
    )
    .addOption(checkpointOption())
    .addOption(unverifiedOption())
    .addOption(providerOption())
    .addOption(threadsOption())
    .requiredOption('--out <file>', 'tracks.json')
    .option('--overlay <file>', 'also a video (.mp4) with the tracklets drawn over it')
    .option('--json', 'print a summary as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  kinemetric track video.mp4 --mask mask.png --out tracks.json --overlay tracks.mp4\n  kinemetric track video.mp4 --for fvmd --out tracks/video.json',
    )
    .action(async (video: string, flags: TrackFlags) => {
      requireOneOf({ '--points <file>': flags.points, '--mask <file>': flags.mask, '--for <metric>': flags.for })
      const windows = windowsFor(flags)
      const onWarning: OnWarning = ({ message }) => warn(inOneLine(`${video}: ${message}`))
      const frames = await readFrames(video, { onWarning })
      const asked = windows ?? (await readQueries(flags, sizeOf(frames.pixels)))
      await makeOverlayPlace(flags.overlay)
      const tracker = await openTracker(flags)
      try {
        const { tracklets, queries, frames: pixels } = await follow(tracker, frames.pixels, asked, flags)
        const [length, height, width] = pixels.shape
        const how = { tracker, exact: windows !== undefined }
        await writeWhole(flags.out, `${jsonLine(tracksToJson(tracklets, queries, { width, height }, how))}\n`)
        if (flags.overlay !== undefined)
          await writePreview(flags.overlay, { pixels: drawTracklets(pixels, tracklets), fps: frames.fps })
        const visible = tracklets.visible.reduce((sum, flag) => sum + flag, 0) / tracklets.visible.length
        const { id, digest } = tracker
        const points = queries.length
        if (flags.json)
          printJson({ tracker: id, digest, points, frames: length, width, height, visible, tracks: flags.out })
        else {
          const share = (100 * visible).toFixed(1)
          print(
            `${countOf(points, 'point')} through ${countOf(length, 'frame')} by ${id}, ${share} % visible: ${flags.out}`,
          )
          if (flags.overlay !== undefined) print(`overlay: ${flags.overlay}`)
        }
      } finally {
        await tracker.close()
      }
      settle(exitCode.done)
    })
}

/** Metrics whose rows are made of tracklets. */
const ofWindows = metricCatalogue.filter((metric) => metric.rows !== undefined).map(({ id }) => id)

/** The windows that a metric asks for. @throws KinemetricError `bad-option` for one that asks for none */
function windowsFor({ for: name, set = [] }: TrackFlags): TrackedWindows | undefined {
  if (name === undefined && set.length > 0)
    throw cliError('bad-option', '--set', { expected: '--for <metric>, whose setting it is', found: 'none' })
  if (name === undefined) return undefined
  const [id = '', recipe] = name.split(/:(.*)/s)
  const metric = findMetric(id)
  const [choice] = chooseSettings([{ metric, recipe: findRecipe(metric, recipe) }], set)
  const need = metric.needs(choice.recipe)
  if (need.kind === 'tracked-rows') return need.ask.windows
  throw cliError('bad-option', '--for', { expected: `one of ${ofWindows.join(', ')}`, found: id })
}

function sizeOf({ shape: [, height, width] }: FrameArray): Size {
  return { width, height }
}

/** Tracks points, or those of windows. */
async function follow(
  tracker: Tracker,
  frames: FrameArray,
  asked: TrackedWindows | Query[],
  flags: TrackFlags,
): Promise<{ tracklets: Tracklets; queries: Query[]; frames: FrameArray }> {
  if (!Array.isArray(asked)) return trackWindows(tracker, frames, asked, flags.for ?? '')
  return { tracklets: await tracker.track(frames, asked), queries: asked, frames }
}

async function readQueries({ points, mask, count, seed }: TrackFlags, size: Size): Promise<Query[]> {
  if (points !== undefined) return readPoints(points)
  return drawPoints(mask!, count, seed, size)
}

async function readPoints(file: string): Promise<Query[]> {
  const value = await readRawJson(file)
  try {
    return queriesFromJson(value)
  } catch (cause) {
    throw cliError('bad-option', file, 'is no points.json', { cause })
  }
}

async function drawPoints(file: string, count: number, seed: number, size: Size): Promise<Query[]> {
  const mask = maskOfFrame(await readMask(file), MASK_THRESHOLD)
  let queries: Query[] | undefined
  try {
    queries = sampleMaskPoints(mask, count, seed, size)
  } catch (cause) {
    throw cliError('bad-option', file, 'no points can be drawn from this mask', { cause })
  }
  if (queries !== undefined) return queries
  const expected = `at least ${count} mask pixels to draw points from`
  throw cliError('bad-option', file, { expected, found: String(maskArea(mask)), then: '--count takes fewer' })
}

/** An image file, or the first frame of a video or of a folder of images: [1, H, W, 3]. */
async function readMask(file: string): Promise<FrameArray> {
  if (hasEnding(file, [...imageEndings, ...otherImageEndings])) return readImage(file)
  return (await readFrames(file, { window: { start: 0, stride: 1, count: 1 } })).pixels
}

async function openTracker(flags: TrackFlags): Promise<Tracker> {
  const { provider, threads, checkpoint } = flags
  if (checkpoint !== undefined) {
    requireUnverified(flags)
    const network = flags.tracker === 'auto' ? cotracker3Of(await openCheckpoint(checkpoint)) : flags.tracker
    const checkpoints = { [network]: checkpoint }
    return (await openNetwork('tracklets', { network }, { provider, threads, checkpoints })).network
  }
  const network = flags.tracker === 'auto' ? ['cotracker3-offline', 'lucas-kanade'] : flags.tracker
  const { network: tracker, missing } = await openNetwork('tracklets', { network }, { provider, threads })
  for (const { id, command, licence } of missing)
    tell(`${id} is not here: tracking with ${tracker.id} (\`${command}\` gets CoTracker3, ${licence})`)
  return tracker
}

/** Reads a tracker's name; CoTracker3 without more is its offline model. */
function trackerName(word: string): string {
  const name = word === 'cotracker3' ? 'cotracker3-offline' : word
  if (trackerChoices.includes(name)) return name
  throw new InvalidArgumentError(`Allowed choices are ${trackerChoices.join(', ')}.`)
}
