// VBench's temporal flickering, subject and background consistency of the 29 real clips, against VBench's own functions in the same run. Both sides have the same
// formula weights: the real ones are not at hand, and a network that computes the same for any weights computes it for those. Videos are lossless RGB, so that both
// sides see the same frames whatever decodes them.
//
// Needs the 29 clips, ffmpeg, KINEMETRIC_PYTHON (a Python with what bench/peers/vbench_dimensions.py names) and KINEMETRIC_PEERS, a folder with checkouts of
// facebookresearch/dino (dino) and openai/CLIP (CLIP). KINEMETRIC_BENCH_FRAMES=4 a clip for the networks, KINEMETRIC_BENCH_BLOCKS=12 change what is run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluate } from '@kinemetric/evaluation'
import { writeTorchZip } from '@kinemetric/networks'
import { readClipRows } from '@kinemetric/records'
import { contiguous, readFrames, sliceFrames } from '@kinemetric/video'
import { openaiTensors } from '../packages/networks/src/models/clip-vision/tensors.ts'
import { dinoTensors } from '../packages/networks/src/models/dino/checkpoint.ts'
import { formulaTensors, transformerRule } from '../packages/networks/test/formula-weights.ts'
import { sharedPath } from '../test/shared.ts'

/** Relative difference that a value may have from VBench's. */
const BOUND = 1e-4
const metrics = ['vbench-flicker', 'vbench-subject', 'vbench-background'] as const
const frames = Number(process.env.KINEMETRIC_BENCH_FRAMES ?? 4)
const blocks = Number(process.env.KINEMETRIC_BENCH_BLOCKS ?? 12)
const { KINEMETRIC_PYTHON: python, KINEMETRIC_PEERS: checkouts } = process.env
if (python === undefined || checkouts === undefined) {
  console.error('skipped: KINEMETRIC_PYTHON and KINEMETRIC_PEERS name nothing to compare with')
  process.exit(0)
}
interface Told {
  value: number
  videos: Record<string, number>
}
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-vbench-'))
try {
  const [whole, few] = [join(folder, 'whole'), join(folder, 'few')]
  const clips = await writeVideos(whole, few)
  const [dino, clip] = [join(folder, 'dino.pth'), join(folder, 'clip.pth')]
  await writeTorchZip(
    dino,
    formulaTensors(dinoTensors({ width: 768, blocks, mlp: 3072, patch: 16, grid: 14 }, 'dino'), transformerRule),
  )
  await writeTorchZip(clip, formulaTensors(clipTensors(), transformerRule))
  const out = join(folder, 'found.json')
  await writeFile(join(folder, 'task.json'), JSON.stringify({ whole, few, dino, clip, blocks, checkouts, out }))
  const theirsBegan = performance.now()
  await run(python, [join(import.meta.dirname, 'peers', 'vbench_dimensions.py'), join(folder, 'task.json')])
  const theirSeconds = (performance.now() - theirsBegan) / 1000
  const theirs: Record<(typeof metrics)[number], Told> & { reader: string } = JSON.parse(await readFile(out, 'utf8'))
  const oursBegan = performance.now()
  const flicker = await score(whole, ['vbench-flicker'], {})
  const others = await score(few, ['vbench-subject', 'vbench-background'], { 'dino-vitb16': dino, 'clip-vitb32': clip })
  const seconds = (performance.now() - oursBegan) / 1000
  console.log(
    `${clips} clips, ${blocks} blocks, ${frames} frames a clip for networks; videos read by ${theirs.reader}; VBench ${theirSeconds.toFixed(0)} s, ours ${seconds.toFixed(0)} s`,
  )
  for (const metric of metrics) {
    const own = metric === 'vbench-flicker' ? flicker : others
    const wanted = theirs[metric]
    const value = own.record.scores.find((each) => each.metric === metric)?.value ?? Number.NaN
    const rows = (await readClipRows(own.paths.table)).filter(
      (row) => row.metric === metric && row.recipe === 'raw' && row.frame === -1,
    )
    const apart = rows.map((row) => Math.abs(row.value / wanted.videos[row.clip] - 1))
    const values = Object.values(wanted.videos)
    const worst = Math.max(...apart, Math.abs(value / wanted.value - 1))
    console.log(
      `${metric}: ours ${value}, VBench ${wanted.value}; of ${rows.length} videos (${Math.min(...values).toFixed(4)} to ${Math.max(...values).toFixed(4)}) worst relative difference ${worst.toExponential(1)} (${worst < BOUND ? 'within' : 'BEYOND'} ${BOUND})`,
    )
    if (!(worst < BOUND) || rows.length !== clips) process.exitCode = 1
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

function clipTensors() {
  const shapes = openaiTensors({
    hidden: 768,
    layers: blocks,
    mlp: 3072,
    projection: 512,
    patch: 32,
    image: 224,
    heads: 12,
    activation: 'quick_gelu',
    epsilon: 1e-5,
    projectionLayout: 'in-out',
  })
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`visual.${name}`, shape]))
}

function score(generated: string, asked: readonly string[], unverifiedCheckpoints: Record<string, string>) {
  const out = `${generated}-results`
  return evaluate({ generated, out, metrics: asked, unverifiedCheckpoints, cache: false, jobs: 1, threads: 1 })
}

/** Every clip whole, and a few of its frames spread over it. @returns how many */
async function writeVideos(whole: string, few: string): Promise<number> {
  await mkdir(whole)
  await mkdir(few)
  const source = sharedPath('data', 'interdyn-examples')
  const names = (await readdir(source)).sort()
  for (const name of names) {
    const { pixels } = await readFrames(join(source, name, 'video.webm'))
    await writeRgb(join(whole, `${name}.mp4`), pixels)
    const step = Math.floor(pixels.shape[0] / frames)
    await writeRgb(join(few, `${name}.mp4`), sliceFrames(pixels, 0, step, frames))
  }
  return names.length
}

/** Lossless RGB, which every decoder gives back as it was. */
async function writeRgb(path: string, pixels: Awaited<ReturnType<typeof readFrames>>['pixels']): Promise<void> {
  const [, height, width] = pixels.shape
  const raw = `${path}.rgb`
  await writeFile(raw, contiguous(pixels).data)
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', '12', '-i', raw]
  await run('ffmpeg', ['-v', 'error', ...input, '-c:v', 'libx264rgb', '-qp', '0', '-preset', 'ultrafast', path])
  await rm(raw)
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}`)
}
