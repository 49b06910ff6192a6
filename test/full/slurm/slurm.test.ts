import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { writeVideo } from '../../../packages/cli/test/small-videos.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { below, pick, type Random, randomOf } from '../random.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const can = process.env.KINEMETRIC_FULL === '1' && process.platform === 'linux' && process.getuid?.() === 0
/** Tasks that are killed. */
const wantedKills = Number(process.env.KINEMETRIC_SLURM_KILLS ?? 6)
if (!can || !existsSync('/usr/bin/apt-get'))
  console.warn('skipped: real Slurm is started by root on Debian, in a full run (KINEMETRIC_FULL=1)')

// About six minutes: Slurm waits two before a task that was preempted starts again. Prints what sinfo, squeue and sacct say.
describe.skipIf(!can || !existsSync('/usr/bin/apt-get'))(
  'on real Slurm',
  { timeout: 1_800_000 + wantedKills * 60_000 },
  () => {
    test('an array whose tasks are preempted and put back, and one whose tasks are killed, end with the record of one pass, byte for byte', async () => {
      const folder = await temporaryFolder('kinemetric-slurm-')
      const slurm = join(folder, 'slurm')
      const start = join(import.meta.dirname, 'start-slurm.sh')
      // Its daemons hold what they are given as output: files, no pipes.
      const started = spawnSync('bash', ['-c', `"${start}" "${slurm}" >"${folder}/started.txt" 2>&1`])
      expect(started.status, await readFile(join(folder, 'started.txt'), 'utf8')).toBe(0)
      try {
        const cluster = await clusterIn(folder, join(slurm, 'etc', 'slurm.conf'))
        await preempted(cluster)
        await killed(cluster)
      } finally {
        spawnSync(start, [slurm, 'stop'], { stdio: 'ignore' })
      }
    })
  },
)

/** A folder of videos, and how commands run there. */
interface Cluster {
  folder: string
  run: (program: string, ...args: string[]) => string
  kinemetric: (...args: string[]) => string
  /** Hands in the array that scores into a folder. */
  submit: (out: string) => Promise<string>
}

const score = ['score', '--reference', 'refs', '--generated', 'gens', '--generated', 'two=other']
const how = ['--metrics', 'psnr,ssim,ms-ssim,psnr:pooled', '--no-cache', '--quiet']
const shards = 4

async function clusterIn(folder: string, conf: string): Promise<Cluster> {
  // An array of them lasts for several kills.
  const ids = Array.from({ length: wantedKills > 12 ? 144 : 48 }, (_, index) => `clip-${index}`)
  for (const side of ['refs', 'gens', 'other']) await mkdir(join(folder, side))
  for (const [index, id] of ids.entries()) {
    await writeVideo(join(folder, 'refs'), id, { phase: index, frames: 14, height: 192, width: 192 })
    await writeVideo(join(folder, 'gens'), id, { phase: index + 0.3, frames: 14, height: 192, width: 192 })
    await writeVideo(join(folder, 'other'), id, { phase: index + 0.7, frames: 14, height: 192, width: 192 })
  }
  // The commit of this checkout may change between a start and the next while people work on it.
  const env = { ...process.env, SLURM_CONF: conf, KINEMETRIC_COMMIT: 'test' }
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', env })
  const kinemetric = (...args: string[]) =>
    run(process.execPath, join(root, 'packages', 'cli', 'bin', 'kinemetric.js'), ...args)
  const slurm = [
    'slurm',
    '--array',
    String(shards),
    '--cpus',
    '1',
    '--mem',
    '1G',
    '--time',
    '00:20:00',
    '--partition',
    'low',
    '--',
  ]
  const submit = async (out: string) => {
    await writeFile(join(folder, `${out}.sh`), kinemetric(...slurm, ...score, ...how, '--out', out))
    return run('sbatch', '--parsable', `${out}.sh`).trim()
  }
  kinemetric(...score, ...how, '--out', 'whole')
  return { folder, run, kinemetric, submit }
}

/** Lines of all journals of a folder of shards. */
async function linesIn(folder: string): Promise<number> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.journal.jsonl'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.join('').split('\n').length
}

async function expectWhole({ folder, kinemetric }: Cluster, out: string): Promise<void> {
  console.log(kinemetric('status', out))
  kinemetric('merge', out)
  for (const method of ['gens', 'two'])
    for (const ending of ['json', 'parquet', 'hashes.jsonl'])
      expect(await readFile(join(folder, out, 'as-is', `${method}.${ending}`))).toEqual(
        await readFile(join(folder, 'whole', 'as-is', `${method}.${ending}`)),
      )
}

async function preempted(cluster: Cluster): Promise<void> {
  const { folder, run, submit } = cluster
  const job = await submit('parts')
  const lines = () => linesIn(join(folder, 'parts', 'as-is'))
  // In the middle of the first two tasks.
  for (let waited = 0; (await lines()) < 12 && waited < 600; waited++) await pause(100)
  const cores = run('nproc').trim()
  const other = run('sbatch', '--parsable', '-p', 'high', '-c', cores, '--wrap', 'sleep 5').trim()
  const states = () => run('sacct', '-D', '-X', '-n', '-P', '--format=JobID,State,Start,End', '-j', job)
  for (let waited = 0; !states().includes('PREEMPTED') && waited < 120; waited++) await pause(500)
  console.log(run('sinfo'), run('squeue', '-l'))
  expect(states()).toContain('PREEMPTED')
  for (let waited = 0; run('squeue', '-h', '-j', `${job},${other}`).trim() !== '' && waited < 900; waited++)
    await pause(1000)
  console.log(run('sacct', '-D', '-X', '--format=JobID,Partition,State,Start,End,Elapsed,ExitCode'))
  await expectWhole(cluster, 'parts')
}

/** @param pids as `scontrol listpids` prints them: a line of headings, then the process of each line first */
function killNow(pids: string): void {
  const [, ...lines] = pids.trim().split('\n')
  for (const line of lines) {
    try {
      process.kill(Number(line.trim().split(/\s+/)[0]), 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

/**
 * Arrays whose tasks Slurm kills, script and processes, at moments that the seed draws, and that are handed in again: one array after the other, each merged and held against
 * one pass, until so many tasks were killed.
 */
async function killed(cluster: Cluster): Promise<void> {
  const { run } = cluster
  const random = randomOf('slurm 1')
  const jobs: string[] = []
  let kills = 0
  for (let array = 1; kills < wantedKills; array++) {
    kills += await killedArray(cluster, `killed-${array}`, wantedKills - kills, random, jobs)
    console.log(`${kills} kills in ${array} arrays, 0 differences`)
  }
  const states = run('sacct', '-X', '--format=JobID,State,Start,End,ExitCode', '-j', jobs.join(','))
  console.log(states)
  expect(states).toContain('CANCELLED')
  expect(states).toContain('FAILED')
}

/** @returns how many of its tasks were killed: as many as wanted, or as it lasted for */
async function killedArray(
  cluster: Cluster,
  out: string,
  wanted: number,
  random: Random,
  jobs: string[],
): Promise<number> {
  const { folder, run, submit } = cluster
  const lines = () => linesIn(join(folder, out, 'as-is'))
  const queue = (...more: string[]) =>
    run('squeue', '-h', '-r', '-o', '%F_%K', ...more)
      .trim()
      .split('\n')
      .filter((name) => name !== '')
  jobs.push(await submit(out))
  let kills = 0
  while (kills < wanted) {
    const before = await lines()
    const more = 1 + below(random, 3)
    for (let waited = 0; (await lines()) < before + more && waited < 300; waited++) {
      if (waited % 20 === 19 && queue().length === 0) break
      await pause(50)
    }
    const running = queue('-t', 'R')
    if (running.length === 0) {
      if (queue().length === 0) break
      await pause(200)
      continue
    }
    const task = pick(random, running)
    // Slurm's own way, which says so first, and none that is said to anybody.
    try {
      if (kills % 2 === 0) run('scancel', '--signal=KILL', '--full', task)
      else killNow(run('scontrol', 'listpids', run('squeue', '-h', '-j', task, '-o', '%A').trim()))
    } catch {
      // It ended by itself before the signal came: no kill.
      continue
    }
    kills++
    for (let waited = 0; queue().includes(task) && waited < 300; waited++) await pause(100)
    jobs.push(run('sbatch', '--parsable', `--array=${task.split('_')[1]}`, `${out}.sh`).trim())
  }
  for (let waited = 0; queue().length > 0 && waited < 600; waited++) await pause(500)
  expect(kills).toBeGreaterThan(0)
  await expectWhole(cluster, out)
  return kills
}
