import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { writeVideo } from '../../../packages/cli/test/small-videos.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const can = process.env.KINEMETRIC_FULL === '1' && process.platform === 'linux' && process.getuid?.() === 0
if (!can || !existsSync('/usr/bin/apt-get'))
  console.warn('skipped: real Slurm is started by root on Debian, in a full run (KINEMETRIC_FULL=1)')

// About six minutes: Slurm waits two before a task that was preempted starts again. Prints what sinfo, squeue and sacct say.
describe.skipIf(!can || !existsSync('/usr/bin/apt-get'))('on real Slurm', { timeout: 1_800_000 }, () => {
  test('an array whose tasks are preempted and put back ends with the record of one pass, byte for byte', async () => {
    const folder = await temporaryFolder('kinemetric-slurm-')
    const slurm = join(folder, 'slurm')
    const start = join(import.meta.dirname, 'start-slurm.sh')
    // Its daemons hold what they are given as output: files, no pipes.
    const started = spawnSync('bash', ['-c', `"${start}" "${slurm}" >"${folder}/started.txt" 2>&1`])
    expect(started.status, await readFile(join(folder, 'started.txt'), 'utf8')).toBe(0)
    try {
      await preempted(folder, join(slurm, 'etc', 'slurm.conf'))
    } finally {
      spawnSync(start, [slurm, 'stop'], { stdio: 'ignore' })
    }
  })
})

async function preempted(folder: string, conf: string): Promise<void> {
  const ids = Array.from({ length: 48 }, (_, index) => `clip-${index}`)
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
  const score = ['score', '--reference', 'refs', '--generated', 'gens', '--generated', 'two=other']
  const how = ['--metrics', 'psnr,ssim,ms-ssim,psnr:pooled', '--no-cache', '--quiet']
  const slurm = [
    'slurm',
    '--array',
    '4',
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
  await writeFile(join(folder, 'job.sh'), kinemetric(...slurm, ...score, ...how, '--out', 'parts'))
  const job = run('sbatch', '--parsable', 'job.sh').trim()
  const journals = join(folder, 'parts', 'as-is')
  const lines = async () => {
    const names = (await readdir(journals).catch(() => [])).filter((name) => name.endsWith('.journal.jsonl'))
    const texts = await Promise.all(names.map((name) => readFile(join(journals, name), 'utf8')))
    return texts.join('').split('\n').length
  }
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
  console.log(kinemetric('status', 'parts'))
  kinemetric('merge', 'parts')
  kinemetric(...score, ...how, '--out', 'whole')
  for (const method of ['gens', 'two'])
    for (const ending of ['json', 'parquet', 'hashes.jsonl'])
      expect(await readFile(join(journals, `${method}.${ending}`))).toEqual(
        await readFile(join(folder, 'whole', 'as-is', `${method}.${ending}`)),
      )
}
