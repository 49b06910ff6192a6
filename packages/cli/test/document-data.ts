import { spawnSync } from 'node:child_process'
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makePhysicsBenchmark } from '@kinemetric/physics'
import {
  contiguous,
  type FrameArray,
  frameArray,
  readFrames,
  sliceFrames,
  writeLossless,
  writeMask,
  writePngFolder,
} from '@kinemetric/video'
import { madeOnce } from '../../../test/made-once.ts'
import { hasShared } from '../../../test/shared.ts'
import { hasTinyModels, writeTinyInterdyn } from '../../../test/tiny-models.ts'
import { generateClips, scoreClips } from './gate-results.ts'
import { kinemetric } from './kinemetric.ts'
import { discMask, pattern, writeVideo } from './small-videos.ts'

/** What a document's commands work on. */
export interface DocumentData {
  /** Whether what it takes of the shared folder is there. */
  readonly here?: () => boolean
  /** Puts into a folder what the commands find there. */
  readonly write: (folder: string) => Promise<void>
  /** Words behind a command that begins so: networks of tests in the place of those that a reader has. */
  readonly added?: Readonly<Record<string, readonly string[]>>
}

/** What takes long runs where all tests do. */
const isFull = process.env.KINEMETRIC_FULL === '1'

const tinyInterdyn = ['--checkpoint', 'svd=weights/svd', '--checkpoint', 'interdyn=weights/interdyn', '--unverified']

/** What the commands of each document with `console` blocks work on, in the order of the documents' names. */
export const documentData: Readonly<Record<string, DocumentData>> = {
  'docs/clevrer.md': { here: () => isFull, write: nothing },
  'docs/gate.md': { write: beforeAndAfter },
  'docs/interdyn-your-clip.md': {
    here: () => isFull && hasTinyModels(),
    write: oneClip,
    added: {
      'run interdyn': [...tinyInterdyn, '--set', 'steps=2'],
    },
  },
  'docs/large-benchmarks.md': { here: () => isFull, write: madeClips },
  'docs/own-clips.md': { write: ownClips },
  'docs/process-methods.md': { here: hasPython, write: ownProgram },
  'docs/probes.md': { here: () => isFull && hasShared('weights'), write: nothing },
  'docs/start.md': { write: twoMethods },
  'docs/statistics.md': { write: valuesOfClips },
  'docs/text-to-video.md': { write: videosOfPrompts },
  'docs/what-a-score-says.md': { write: twoMethods },
}

async function nothing(): Promise<void> {}

/** What two models made of six prompts, and nothing to hold it against; the second one's flicker. */
async function videosOfPrompts(folder: string): Promise<void> {
  const prompts = ['bird', 'boat', 'cat', 'city', 'rain', 'tree']
  for (const [phase, name] of prompts.entries()) {
    const picture = { frames: 6 + (phase % 2), height: 48, width: 64, phase }
    await writeVideo(join(folder, 'mine'), name, picture)
    const pixels = pattern(picture)
    const { data } = pixels
    const size = data.length / picture.frames
    for (let i = 0; i < data.length; i++) data[i] = Math.max(0, data[i] - (Math.floor(i / size) % 2) * (8 + phase))
    await mkdir(join(folder, 'theirs'), { recursive: true })
    await writeLossless(join(folder, 'theirs', `${name}.mkv`), { pixels, fps: 8 })
  }
}

/** Three videos and what lies beside them: first frames, masks of a driver and of an object, captions; and the protocol that the page makes further below. */
async function ownClips(folder: string): Promise<void> {
  const size = { frames: 8, height: 48, width: 64 }
  const mask = discMask({ ...size, frames: 1 }).data.filter((_, i) => i % 3 === 0)
  for (const [phase, name] of ['cup', 'lid', 'pen'].entries()) {
    const picture = { ...size, phase }
    await writeVideo(join(folder, 'videos'), name, picture)
    await writePngFolder(join(folder, 'masks', name), { pixels: discMask(picture, 8), fps: undefined })
    for (const side of ['first', 'objects']) await mkdir(join(folder, side), { recursive: true })
    await writeMask(join(folder, 'objects', `${name}.png`), mask, size.height, size.width)
    await copyFile(join(folder, 'masks', name, 'frame_0000.png'), join(folder, 'first', `${name}.png`))
  }
  await writeFile(join(folder, 'captions.csv'), 'video,text\ncup,a cup\nlid,a lid\npen,a pen\n')
  const { stdout } = await kinemetric(['protocol', 'init', '--from', 'as-is'], { cwd: folder })
  await writeFile(join(folder, 'mine.json'), stdout)
}

/** A clip's noise in a run. */
function noise(run: number): (clip: number) => number {
  return (clip) => 0.4 + 0.003 * Math.sin(7 * run + 13 * clip)
}

/** Clips of a generator before and after a change that adds a little noise, records of five repeats of it, and rules. */
async function beforeAndAfter(folder: string): Promise<void> {
  await generateClips(folder, 'refs', () => 0)
  await generateClips(folder, 'main/alpha', noise(0))
  await generateClips(folder, 'branch/alpha', noise(9))
  for (let repeat = 1; repeat <= 5; repeat++) {
    await generateClips(folder, `runs/${repeat}/alpha`, noise(repeat))
    await scoreClips(folder, `runs/${repeat}/alpha`, '--out', `repeats/${repeat}`)
  }
  await writeFile(join(folder, 'rules.txt'), 'psnr > 10 # dB\nssim >= baseline.ssim - 0.1\n')
}

async function prepared(folder: string): Promise<void> {
  await ownClips(folder)
  const words = 'prepare folder videos --protocol as-is --controls masks --out prepared --quiet'.split(' ')
  await kinemetric(words, { cwd: folder })
}

/** A prepared manifest, and what a method made of its clips. */
async function madeClips(folder: string): Promise<void> {
  await prepared(folder)
  const words = 'run static --manifest prepared/manifest.jsonl --out generated/mine --quiet'.split(' ')
  await kinemetric(words, { cwd: folder })
}

/** A prepared manifest, and the page's own two files as a method. */
async function ownProgram(folder: string): Promise<void> {
  await prepared(folder)
  const page = await readFile(join(import.meta.dirname, '..', '..', '..', 'docs', 'process-methods.md'), 'utf8')
  const block = (language: string) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)![1]
  await mkdir(join(folder, 'mine'))
  await writeFile(join(folder, 'mine', 'method.json'), block('json'))
  await writeFile(join(folder, 'mine', 'generate.py'), block('python'))
}

function hasPython(): boolean {
  return spawnSync('python3', ['--version']).status === 0
}

/** LPIPS of three methods on twelve clips, by a formula. */
async function valuesOfClips(folder: string): Promise<void> {
  const rows = Array.from({ length: 12 }, (_, clip) => {
    const hard = 0.2 + 0.08 * Math.sin(1.7 * clip)
    const of = {
      ours: hard,
      theirs: hard + 0.004 * Math.sin(2.9 * clip + 1),
      still: hard + 0.05 + 0.02 * Math.cos(clip),
    }
    return Object.entries(of).map(([method, value]) => `clip-${clip},${method},${value.toFixed(4)}`)
  })
  await writeFile(join(folder, 'lpips.csv'), `clip,method,value\n${rows.flat().join('\n')}\n`)
}

/** A video of a moving pattern with the mask of a moving disc, and InterDyn's tiny networks. */
async function oneClip(folder: string): Promise<void> {
  const size = { frames: 28, height: 256, width: 384 }
  await mkdir(join(folder, 'clips'))
  await writeLossless(join(folder, 'clips', 'pour.mkv'), { pixels: pattern(size), fps: 12 })
  await writePngFolder(join(folder, 'controls', 'pour'), { pixels: discMask(size, 40), fps: 12 })
  await writeTinyInterdyn(join(folder, 'weights'))
}

const ids = ['ball', 'box', 'cup', 'door', 'lamp', 'plate', 'ramp', 'tower']

/**
 * Eight made videos in `refs`, and of the same names in `gens` a method that smears motion (each frame mixed with the one before), in `twin` one that does so
 * with the frame after, in `other` one that shows the first frame for ever, in `short` the first ten frames of `gens`; and a protocol of ten frames.
 */
async function twoMethods(folder: string): Promise<void> {
  const made = await madeOnce('two-methods', async (into) => {
    await makePhysicsBenchmark(join(into, 'scenes'), { clips: ids.length, seed: 1 })
    for (const side of sides) await mkdir(join(into, side))
    for (const [index, id] of ids.entries()) {
      const video = join(into, 'scenes', `physics-${String(index).padStart(4, '0')}`, 'video.mkv')
      const { pixels: large, fps } = await readFrames(video)
      const pixels = halved(large)
      await writeLossless(join(into, 'refs', `${id}.mkv`), { pixels, fps })
      for (const [side, other] of Object.entries(partners)) {
        await writeLossless(join(into, side, `${id}.mkv`), { pixels: mixed(pixels, other), fps })
      }
      const short = sliceFrames(mixed(pixels, partners.gens), 0, 1, 10)
      await writeLossless(join(into, 'short', `${id}.mkv`), { pixels: short, fps })
    }
  })
  for (const side of sides) await cp(join(made, side), join(folder, side), { recursive: true })
  const { stdout } = await kinemetric(['protocol', 'init', '--from', 'as-is'], { cwd: folder })
  await writeFile(join(folder, 'mine.json'), stdout.replace('"frames": "all"', '"frames": 10'))
}

/** Which frame each method mixes into frame t of n; the first alone is the frame itself. */
const partners: Readonly<Record<string, (t: number, n: number) => { frame: number; alone?: boolean }>> = {
  gens: (t) => ({ frame: Math.max(0, t - 1) }),
  twin: (t, n) => ({ frame: Math.min(n - 1, t + 1) }),
  other: () => ({ frame: 0, alone: true }),
}
const sides = ['refs', ...Object.keys(partners), 'short']

/** Every second pixel of both directions: a quarter of the work, and still larger than any window. */
function halved(frames: FrameArray): FrameArray {
  const half = frames.step(1, 2, 2, 1)
  const [count, height, width] = half.shape
  return frameArray(contiguous(half).data, count, height, width)
}

function mixed({ data, shape }: FrameArray, partnerOf: (typeof partners)[string]): FrameArray {
  const [count, height, width] = shape
  const size = height * width * 3
  const out = new Uint8Array(count * size)
  for (let t = 0; t < count; t++) {
    const { frame, alone = false } = partnerOf(t, count)
    for (let i = 0; i < size; i++) {
      const theirs = data[frame * size + i]
      out[t * size + i] = alone ? theirs : (data[t * size + i] + theirs) >> 1
    }
  }
  return frameArray(out, count, height, width)
}
