// Physics-IQ beside its original script: the same release and run by both, scores held equal, processor time of each part. The release is three scenarios of
// three views and two takes, cut from real clips and enlarged; KINEMETRIC_BENCH_SIZE=1280x720, KINEMETRIC_BENCH_FPS=8 change it.
//
// Needs ffmpeg, the real clips, KINEMETRIC_PYTHON (a Python with what bench/peers/physics_iq.py names) and KINEMETRIC_PHYSICS_IQ, the folder `code` of a checkout of
// google-deepmind/physics-IQ-benchmark. Without the last two our side alone is measured.
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedPath } from '../test/shared.ts'
import { timedCommand, timedKinemetric } from './evaluate/timed-command.ts'

const size = process.env.KINEMETRIC_BENCH_SIZE ?? '1280x720'
const fps = Number(process.env.KINEMETRIC_BENCH_FPS ?? 8)
const frames = 5 * fps
const views = ['left', 'center', 'right'] as const
const { KINEMETRIC_PYTHON: python, KINEMETRIC_PHYSICS_IQ: code } = process.env

interface Told {
  score: number
  physicalVariance: number
  seconds: Record<string, { cpu: number; wall: number }>
}

const folder = process.env.KINEMETRIC_BENCH_KEEP ?? (await mkdtemp(join(tmpdir(), 'kinemetric-physics-iq-')))
try {
  const [release, run] = [join(folder, 'release'), join(folder, 'run')]
  await writeRelease(release, run)
  const [prepared, results] = [join(folder, 'prepared'), join(folder, 'results')]
  for (const each of [prepared, results]) await rm(each, { recursive: true, force: true })
  const manifest = join(prepared, 'manifest.jsonl')
  const metrics = ['script', 'table', 'verified'].map((recipe) => `physics-iq:${recipe}`).join()
  const once = ['--jobs', '1', '--quiet']
  const cut = ['prepare', 'physics-iq', release, '--fps', String(fps), '--out', prepared]
  const prepare = await timedKinemetric(...cut, ...once)
  const judged = ['score', '--manifest', manifest, '--generated', run, '--metrics', metrics, '--out', results, '--json']
  const score = await timedKinemetric(...judged, ...once)
  const count = 27 * frames
  console.log(`${size}, ${frames} frames a video, 18 real and 9 generated videos (${count} frames)`)
  console.log(`prepare ${prepare.processor.toFixed(1)} s, score ${score.processor.toFixed(1)} s of processor time`)
  console.log(score.out.slice(0, 400))
  if (python !== undefined && code !== undefined) await compare(release, run, prepare.processor, score.processor)
} finally {
  if (process.env.KINEMETRIC_BENCH_KEEP === undefined) await rm(folder, { recursive: true, force: true })
}

async function compare(release: string, run: string, prepare: number, score: number): Promise<void> {
  const work = join(folder, 'work')
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  const peer = join(import.meta.dirname, 'peers', 'physics_iq.py')
  const { out } = await timedCommand(python ?? '', [peer, code ?? '', release, run, String(fps), work])
  const told: Told = JSON.parse(out)
  const cpu = (part: string) => told.seconds[part].cpu
  const [real, generated, measures] = ['masks of real videos', 'masks of generated videos', 'measures'].map(cpu)
  console.log(`original: score ${told.score}, physical variance ${told.physicalVariance}`)
  console.log(
    `original: masks of real videos ${real.toFixed(1)} s, of generated ${generated.toFixed(1)} s, measures ${measures.toFixed(1)} s`,
  )
  console.log(
    `all: ${((real + generated + measures) / (prepare + score)).toFixed(2)} times; a further run: ${((generated + measures) / score).toFixed(2)} times`,
  )
}

/** Videos as a camera and a model would leave them: H.264 in 4:2:0. */
async function writeRelease(release: string, run: string): Promise<void> {
  const takes = join(release, 'split-videos', 'testing', `${fps}FPS`)
  if ((await readdir(run).catch(() => [])).length > 0) return
  for (const each of [takes, run]) await mkdir(each, { recursive: true })
  const clips = sharedPath('data', 'interdyn-examples')
  const names = (await readdir(clips)).filter((name) => /^\d+$/.test(name)).toSorted()
  for (let at = 0; at < 9; at++) {
    const [view, scenario] = [views[at % 3], `trimmed-scene-${Math.floor(at / 3)}`]
    const numbers = [at + 1, at + 199].map((number) => String(number).padStart(4, '0'))
    const base = `perspective-${view}`
    // The second take and the model's video show nearly the same, later and moved.
    await writeVideo(
      join(clips, names[at]),
      join(takes, `${numbers[0]}_testing-videos_${fps}FPS_${base}_take-1_${scenario}.mp4`),
      0,
    )
    await writeVideo(
      join(clips, names[at]),
      join(takes, `${numbers[1]}_testing-videos_${fps}FPS_${base}_take-2_${scenario}.mp4`),
      1,
    )
    await writeVideo(join(clips, names[at]), join(run, `${numbers[0]}_${base}_${scenario}.mp4`), 2)
  }
}

/** The first frames of a real clip, begun so many frames later and moved by as many pixels; short ones begin again. */
async function writeVideo(clip: string, path: string, late: number): Promise<void> {
  const [width, height] = size.split('x')
  const filter = [
    `trim=start_frame=${late}`,
    `crop=in_w-8:in_h-8:${2 * late}:${late}`,
    `scale=${width}:${height}:flags=bicubic`,
    `setpts=N/(${fps}*TB)`,
  ].join()
  const args = ['-v', 'error', '-y', '-stream_loop', '9', '-i', join(clip, 'video.webm'), '-vf', filter]
  const written = spawnSync(
    'ffmpeg',
    [...args, '-r', String(fps), '-frames:v', String(frames), '-pix_fmt', 'yuv420p', '-c:v', 'libx264', path],
    { encoding: 'utf8' },
  )
  if (written.status !== 0) throw new Error(`ffmpeg on ${clip}: ${written.stderr}`)
}
