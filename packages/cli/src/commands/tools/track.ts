import { readFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { sampleMaskPoints } from '@kinemetric/metrics'
import {
  cotracker3Of,
  drawTracklets,
  openCheckpoint,
  openNetwork,
  queriesFromJson,
  tracksToJson,
  type Query,
  type Tracker,
} from '@kinemetric/networks'
import { readFrames, writePreview, type Frames } from '@kinemetric/video'
import {
  checkpointOption,
  requireUnverified,
  unverifiedOption,
  type CheckpointFlags,
} from '../../options/checkpoint-options.ts'
import { exitCode } from '../../output/exit-code.ts'
import type { Outcome } from '../../main.ts'
import { providerOption, threadsOption, type NetworkFlags } from '../../options/network-options.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { writeNewFile } from '../../write-new-file.ts'

interface TrackFlags extends NetworkFlags, CheckpointFlags {
  points?: string
  mask?: string
  count: number
  seed: number
  tracker: string
  out: string
  overlay?: string
  json?: boolean
}

const trackers = ['auto', 'cotracker3-offline', 'cotracker3-online', 'lucas-kanade']

/** `kinemetric track <video>`: tracklets of points through one video. */
export function trackCommand(settle: (code: Outcome) => void): Command {
  return new Command('track')
    .description('Track points through a video')
    .argument('<video>', 'a video file or a folder of frames')
    .option('--points <file>', 'points.json: { "queries": [[t, x, y], …] }, pixels of the original frame')
    .option('--mask <file>', 'or: an image; points are drawn from its pixels above 127 (a video: its first frame)')
    .option('--count <n>', 'with --mask: how many points', wholeNumber(1), 100)
    .option('--seed <n>', 'with --mask: seed of the draw', wholeNumber(0), 0)
    .addOption(
      new Option('--tracker <tracker>', 'auto: cotracker3-offline where its weights are, else lucas-kanade')
        .choices(trackers)
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
    .action(async (video: string, flags: TrackFlags) => {
      const frames = await readFrames(video)
      const [length, height, width] = frames.pixels.shape as [number, number, number, number]
      const queries = await readQueries(flags, { width, height })
      const tracker = await openTracker(flags)
      try {
        const tracklets = await tracker.track(frames.pixels, queries)
        await writeNewFile(flags.out, `${JSON.stringify(tracksToJson(tracklets, queries, { width, height }))}\n`)
        if (flags.overlay !== undefined) await writeOverlay(flags.overlay, frames, tracklets)
        const visible = tracklets.visible.reduce((sum, flag) => sum + flag, 0) / tracklets.visible.length
        const summary = {
          tracker: tracker.id,
          digest: tracker.digest,
          points: queries.length,
          frames: length,
          width,
          height,
          visible,
          tracks: flags.out,
        }
        if (flags.json) console.log(JSON.stringify(summary, null, 2))
        else {
          console.log(
            `${queries.length} points through ${length} frames by ${tracker.id}, ${(100 * visible).toFixed(1)} % visible: ${flags.out}`,
          )
          if (flags.overlay !== undefined) console.log(`overlay: ${flags.overlay}`)
        }
      } finally {
        await tracker.close()
      }
      settle(exitCode.done)
    })
}

async function readQueries(flags: TrackFlags, size: { width: number; height: number }): Promise<Query[]> {
  if ((flags.points === undefined) === (flags.mask === undefined)) {
    throw new Error(
      `expected either --points <file> or --mask <file>; found ${flags.points === undefined ? 'neither' : 'both'}`,
    )
  }
  if (flags.points !== undefined) {
    const text = await readFile(flags.points, 'utf8')
    try {
      return queriesFromJson(JSON.parse(text))
    } catch (error) {
      throw new Error(`${flags.points}: not a points.json`, { cause: error })
    }
  }
  const { pixels } = await readFrames(flags.mask!, { window: { start: 0, stride: 1, count: 1 } })
  const [, height, width] = pixels.shape as [number, number, number, number]
  const data = new Uint8Array(width * height)
  for (let i = 0; i < data.length; i++) data[i] = pixels.get(0, Math.floor(i / width), i % width, 0) > 127 ? 1 : 0
  const queries = drawPoints(flags, { width, height, data }, size)
  if (queries === undefined) {
    const area = data.reduce((sum, value) => sum + value, 0)
    throw new Error(
      `${flags.mask}: expected at least ${flags.count} mask pixels to draw points from; found ${area} (--count takes fewer)`,
    )
  }
  return queries
}

function drawPoints(
  { mask: file, count, seed }: TrackFlags,
  mask: Parameters<typeof sampleMaskPoints>[0],
  size: { width: number; height: number },
): Query[] | undefined {
  try {
    return sampleMaskPoints(mask, count, seed, size)
  } catch (error) {
    throw new Error(`${file}: no points can be drawn from this mask`, { cause: error })
  }
}

async function openTracker(flags: TrackFlags): Promise<Tracker> {
  const { provider, threads, checkpoint } = flags
  if (checkpoint !== undefined) {
    requireUnverified(flags)
    if (flags.tracker === 'lucas-kanade') throw new Error('--checkpoint: lucas-kanade has no weights')
    const network = flags.tracker === 'auto' ? cotracker3Of(await openCheckpoint(checkpoint)) : flags.tracker
    const checkpoints = { [network]: checkpoint }
    return (await openNetwork('tracklets', { network }, { provider, threads, checkpoints })).network
  }
  const network = flags.tracker === 'auto' ? ['cotracker3-offline', 'lucas-kanade'] : flags.tracker
  const { network: tracker, missing } = await openNetwork('tracklets', { network }, { provider, threads })
  for (const { id, command, licence } of missing)
    console.error(`${id} is not here: tracking with ${tracker.id} (\`${command}\` gets CoTracker3, ${licence})`)
  return tracker
}

/** Reads a tracker's name; CoTracker3 without more is its offline model. */
function trackerName(word: string): string {
  const name = word === 'cotracker3' ? 'cotracker3-offline' : word
  if (trackers.includes(name)) return name
  throw new InvalidArgumentError(`Allowed choices are ${trackers.join(', ')}.`)
}

async function writeOverlay(
  path: string,
  frames: Frames,
  tracklets: Parameters<typeof drawTracklets>[1],
): Promise<void> {
  await writePreview(path, { pixels: drawTracklets(frames.pixels, tracklets), fps: frames.fps })
}
