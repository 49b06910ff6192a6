// `score --jobs 2` against two independent one-thread processes that score half of the 29 real clips each, in turns; then what one process does for every clip whoever
// measures it, and what follows for 16 and 64 cores. PSNR, SSIM and LPIPS-alex of `blurred-reference`.
//
// Run: node bench/score-jobs.ts [rounds]
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { evaluate } from '@kinemetric/evaluation'
import { prepareRealClips } from './evaluate/real-clips.ts'
import { timedKinemetric } from './evaluate/timed-command.ts'
import { hasShared, sharedPath } from '../test/shared.ts'

const rounds = Number(process.argv[2] ?? 5)

if (!hasShared('data', 'interdyn-examples') || !hasShared('weights')) console.log('no real clips or weights: left out')
else {
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-jobs-'))
  try {
    const manifest = await prepareRealClips(folder)
    const generated = join(folder, 'generated')
    await timedKinemetric('run', 'blurred-reference', '--manifest', manifest, '--out', generated, '--quiet')
    await turns(folder, manifest, generated)
    await serialParts(folder, manifest, generated)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function score(manifest: string, generated: string, out: string, jobs: number) {
  return timedKinemetric(
    'score',
    '--manifest',
    manifest,
    '--generated',
    generated,
    '--metrics',
    'psnr,ssim,lpips:alex',
    '--out',
    out,
    '--weights',
    sharedPath('weights'),
    '--cache',
    `${out}-cache`,
    '--jobs',
    String(jobs),
    '--quiet',
  )
}

async function turns(folder: string, manifest: string, generated: string): Promise<void> {
  const lines = (await readFile(manifest, 'utf8')).trim().split('\n')
  const halves: { list: string; clips: string }[] = []
  for (const half of [0, 1]) {
    const own = lines.filter((_, at) => at % 2 === half)
    const list = join(dirname(manifest), `half-${half}.jsonl`)
    await writeFile(list, `${own.join('\n')}\n`)
    const clips = await mkdtemp(join(folder, 'half-'))
    for (const { id } of own.map((line): { id: string } => JSON.parse(line)))
      await symlink(join(generated, id), join(clips, id))
    halves.push({ list, clips })
  }
  const shares: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    await Promise.all(halves.map(({ list, clips }, at) => score(list, clips, join(folder, `scores-${round}-${at}`), 1)))
    const two = (performance.now() - begun) / 1000
    const jobs = await score(manifest, generated, join(folder, `jobs-${round}`), 2)
    shares.push(two / jobs.wall)
    console.log(
      `round ${round + 1}: two processes ${two.toFixed(2)} s; --jobs 2 ${jobs.wall.toFixed(2)} s (processor ${jobs.processor.toFixed(1)}): ${(two / jobs.wall).toFixed(3)}`,
    )
  }
  console.log(
    `--jobs 2 of two independent processes: median ${shares.toSorted((a, b) => a - b)[Math.floor(rounds / 2)].toFixed(3)}`,
  )
}

/** What the process that hands out clips does itself, from two numbers of clips; PSNR alone, for it does nothing of metrics. */
async function serialParts(folder: string, manifest: string, generated: string): Promise<void> {
  const lines = (await readFile(manifest, 'utf8')).trim().split('\n')
  const times = 20
  const many = join(dirname(manifest), 'many.jsonl')
  const copies = await mkdtemp(join(folder, 'copies-'))
  const repeated: string[] = []
  for (let copy = 0; copy < times; copy++)
    for (const line of lines) {
      const clip: { id: string } = JSON.parse(line)
      const id = `${clip.id}-${copy}`
      repeated.push(JSON.stringify({ ...clip, id }))
      await symlink(join(generated, clip.id), join(copies, id))
    }
  await writeFile(many, `${repeated.join('\n')}\n`)
  const [few, more] = [await parentTime(folder, manifest, generated), await parentTime(folder, many, copies)]
  const each = (more - few) / (repeated.length - lines.length)
  const once = few - each * lines.length
  const alone = await score(manifest, generated, join(folder, 'alone'), 1)
  const clip = (alone.processor - once) / lines.length
  console.log(
    `the process that hands out clips: ${once.toFixed(2)} s once, ${(1000 * each).toFixed(1)} ms a clip; a clip is measured in ${clip.toFixed(2)} s of one core`,
  )
  for (const cores of [2, 16, 64]) {
    const clips = 8667
    const wall = once + Math.max((clips * (clip + each)) / cores, clips * each)
    const share = (clips * clip) / cores / wall
    console.log(
      `${cores} cores, ${clips} clips: ${(wall / 60).toFixed(1)} min, ${(100 * share).toFixed(1)} % of what as many independent processes would reach; ${Math.floor((clip + each) / each)} cores keep the one that hands out busy`,
    )
  }
}

/** Seconds of processor time of this process alone while two others measure. */
async function parentTime(folder: string, manifest: string, generated: string): Promise<number> {
  const before = process.cpuUsage()
  const out = await mkdtemp(join(folder, 'parent-'))
  await evaluate({ reference: { manifest }, generated, out, cache: false, metrics: ['psnr'], jobs: 2 })
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
