import { execFileSync, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type LocalJobAsk, localScript, quoted, slurmScript } from '../src/commands/shards/job-script.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const score = [
  'score',
  '--manifest',
  'prepared/manifest.jsonl',
  '--generated',
  "it's mine=gen dir/a$b",
  '--out',
  'parts',
]

/** The script of a shard around a program of bash, told by a signal or not. */
function ended(program: string, signal?: 'USR1' | 'TERM') {
  const script = slurmScript({
    command: ['bash', '-c', program],
    shards: 2,
    cpus: 1,
    memory: '1G',
    time: '1:00',
    gpus: 0,
    sharesCores: false,
    warning: 60,
  })
  const requeue = 'scontrol() { echo "scontrol $*"; }\n'
  const tell = signal === undefined ? '' : `(sleep 0.5; kill -${signal} $$) &\n`
  return spawnSync('bash', ['-c', requeue + tell + script], {
    encoding: 'utf8',
    env: { ...process.env, SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_JOB_ID: '7' },
  })
}

/** What two shards on this machine do and say. @param before stands in front of the script */
function locally(ask: Pick<LocalJobAsk, 'command'> & Partial<LocalJobAsk>, before = '') {
  const script = localScript({ shards: 2, gpus: 0, sharesCores: false, tellsJson: false, logs: undefined, ...ask })
  return spawnSync('bash', ['-c', before + script], { encoding: 'utf8' })
}

/** What each of two shards says. */
function named(what: string): string[] {
  return [1, 2].map((shard) => `${shard}/2  ${what} --shard ${shard}/2`)
}

/** The script of a run of a method. */
async function scriptOf(method: string): Promise<string> {
  const run = ['run', method, '--manifest', 'prepared/manifest.jsonl', '--out', 'parts']
  return (await kinemetric(['slurm', '--array', '2', '--cpus', '8', '--', ...run], {})).stdout
}

describe.skipIf(process.platform === 'win32')('kinemetric slurm', () => {
  test('prints a script that bash reads, with what was asked for', async () => {
    const { code, stdout } = await kinemetric(
      ['slurm', '--array', '64', '--cpus', '8', '--mem', '16G', '--time', '1-02:00:00', '--gpus', '1', '--', ...score],
      {},
    )
    expect(code).toBe(0)
    for (const line of [
      '--array=1-64',
      '--cpus-per-task=8',
      '--mem=16G',
      '--time=1-02:00:00',
      '--gpus-per-task=1',
      '--requeue',
    ])
      expect(stdout).toContain(`\n#SBATCH ${line}\n`)
    expect(stdout).toMatch(/^command=\(.* score .* --jobs 8\)$/m)
    expect(spawnSync('bash', ['-n'], { input: stdout }).status).toBe(0)
  })

  test('words reach the program as they are', () => {
    const words = ["it's mine=gen dir/a$b", '`x`', '"', 'a\\b', '$(false)', '*', '', 'é']
    const echoed = execFileSync('bash', ['-c', `printf '%s\\n' ${words.map(quoted).join(' ')}`], { encoding: 'utf8' })
    expect(echoed.split('\n').slice(0, -1)).toEqual(words)
  })

  test('a warning that leaves a second to work in is taken, and any where no limit is asked for', async () => {
    for (const time of ['1:31', '0'])
      expect(
        (await kinemetric(['slurm', '--array', '2', '--time', time, '--warning', '90', '--', ...score], {})).code,
      ).toBe(0)
  })

  test('--local runs all shards, each with a card of its own', async () => {
    const { stdout } = await kinemetric(['slurm', '--array', '3', '--gpus', '2', '--local', '--', ...score], {})
    const script = stdout.replace(/^command=.*$/m, `command=(bash -c 'echo "$CUDA_VISIBLE_DEVICES $*"' x)`)
    const said = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n').sort()
    expect(said).toEqual(['1/3  0 --shard 1/3', '2/3  1 --shard 2/3', '3/3  0 --shard 3/3'])
  })

  test('--local without cards shares the cores out', async () => {
    const { stdout } = await kinemetric(['slurm', '--array', '3', '--local', '--', ...score], {})
    const command = (cores: number) =>
      stdout
        .replace(/^command=\(.*$/m, `command=(bash -c 'echo "$*"' x)`)
        .replace('$(getconf _NPROCESSORS_ONLN)', String(cores))
    const said = (cores: number) =>
      execFileSync('bash', ['-c', command(cores)], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .sort()
    expect(said(2)).toEqual([1, 2, 3].map((shard) => `${shard}/3  --jobs 1 --shard ${shard}/3`))
    expect(said(16)).toEqual([1, 2, 3].map((shard) => `${shard}/3  --jobs 5 --shard ${shard}/3`))
    const own = await kinemetric(['slurm', '--array', '3', '--local', '--', ...score, '--jobs', '2'], {})
    expect(own.stdout).not.toContain('getconf')
    const asked = await kinemetric(['slurm', '--array', '3', '--local', '--cpus', '2', '--', ...score], {})
    expect(asked.stdout).not.toContain('getconf')
    expect(asked.stdout).toMatch(/^command=\(.* --jobs 2\)$/m)
  })

  test('--local: every line of a shard has its name, on both streams, the last one of a shard that breaks down too', () => {
    const program = `echo "out $*"; echo "err $*" >&2; printf cut; exit $([ "$2" = 2/2 ] && echo 3 || echo 0)`
    const { stdout, stderr, status } = locally({ command: ['bash', '-c', program, 'x'] })
    expect(stdout.trim().split('\n').toSorted()).toEqual([...named('out'), '1/2  cut', '2/2  cut'].toSorted())
    expect(stderr.trim().split('\n').toSorted()).toEqual(named('err'))
    expect(status).toBe(3)
  })

  test('--local: lines of JSON stay what they are', () => {
    const { stderr } = locally({ command: ['bash', '-c', `echo "{\\"shard\\":\\"$2\\"}" >&2`, 'x'], tellsJson: true })
    const lines = stderr.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line)).toSorted((a, b) => (a.shard < b.shard ? -1 : 1))).toEqual([
      { shard: '1/2' },
      { shard: '2/2' },
    ])
  })

  test('--local --logs: each says what it says in a file of its own, behind what it said before', async () => {
    const folder = await temporaryFolder()
    const logs = join(folder, 'some', 'logs')
    const program = `echo "out $*"; echo "err $*" >&2; exit $([ "$2" = 2/2 ] && echo 1 || echo 0)`
    for (const time of [1, 2]) {
      const { stdout, stderr, status } = locally({ command: ['bash', '-c', program, 'x'], logs: `${logs}/` })
      expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
      expect(stderr).toBe(`not all went well: ${logs}/kinemetric-*-of-2.out say what did not\n`)
      for (const shard of [1, 2])
        expect(await readFile(join(logs, `kinemetric-${shard}-of-2.out`), 'utf8')).toBe(
          `out --shard ${shard}/2\nerr --shard ${shard}/2\n`.repeat(time),
        )
    }
  })

  test('--local: told to end, it tells the shards, and what they say at their end is there', () => {
    const program = `trap 'echo "ended $2" >&2; exit 2' TERM; for i in $(seq 50); do sleep 0.1; done`
    const { stderr, status } = locally({ command: ['bash', '-c', program, 'x'] }, `(sleep 0.5; kill -TERM $$) &\n`)
    expect(stderr.trim().split('\n').toSorted()).toEqual(['1/2  ended 1/2', '2/2  ended 2/2'])
    expect(status).toBe(2)
  })

  test('of run, a method that has a use for several processes gets them', async () => {
    expect(await scriptOf('mask-warp')).toMatch(/^command=\(.* run mask-warp .* --jobs 8\)$/m)
    for (const method of ['interdyn', 'seer', 'somewhere/method.json'])
      expect(await scriptOf(method)).toMatch(/^command=\(.* run .* --out parts\)$/m)
  })

  test.each([
    [0, 0],
    [1, 0],
    [2, 2],
    [3, 3],
  ])('a program that ends with %i ends the task with %i', (code, expected) => {
    expect(ended(`exit ${code}`).status).toBe(expected)
  })

  test('out of time the clip at work is ended and the task goes back into the queue; preempted it is Slurm that puts it back', () => {
    const program = `trap 'sleep 0.3; echo ended; exit 2' TERM; for i in $(seq 50); do sleep 0.1; done`
    const late = ended(program, 'USR1')
    expect(late.status).toBe(0)
    expect(late.stdout).toMatch(/ended\n.*out of time, back into the queue\nscontrol requeue 7_2\n$/)
    const preempted = ended(program, 'TERM')
    expect(preempted.stdout).toMatch(/ended\n$/)
    expect(preempted.stdout).not.toMatch(/requeue/)
    expect(preempted.status).toBe(2)
  })

  test.each([
    [['--array', '0', '--', ...score], /array/],
    [['--array', '2', '--mem', '8G\n#SBATCH --x', '--', ...score], /--mem: expected a size as 8G/],
    [['--array', '2', '--partition', 'a b', '--', ...score], /--partition/],
    [['--array', '2', '--', 'table', 'x'], /expected a command that takes --shard: .*score.*, found table/],
    [['--array', '2', '--time', '2', '--', ...score], /--warning: expected fewer seconds than --time 2 has \(120\)/],
    [['--array', '2', '--time', '1-1:30', '--warning', '91800', '--', ...score], /\(91800\)/],
    [['--array', '2', '--time', '1:30', '--warning', '90', '--', ...score], /\(90\)/],
    [['--array', '2', '--', ...score, '--shard', '1/2'], /--shard: expected a command without it/],
    [['--array', '1000000', '--', ...score], /expected a whole number from 1 to 999999, found 1000000/],
    ...[
      ['--mem', '8G'],
      ['--time', '1:00'],
      ['--partition', 'p'],
      ['--account', 'a'],
      ['--warning', '9'],
    ].map((given): [string[], RegExp] => [
      ['--array', '2', '--local', ...given, '--', ...score],
      new RegExp(`${given[0]}: expected a script for Slurm, which keeps it, found --local`),
    ]),
  ])('%j is refused', async (args, message) => {
    expect(await refused(['slurm', ...args], {})).toMatch(message)
  })
})

test('of a command whose last shard merges by itself the script says that it is run again for the next stage', () => {
  const ask = { command: ['kinemetric', 'reproduce', 'x'], shards: 2, gpus: 0, sharesCores: false, mergesItself: true }
  const slurm = slurmScript({ ...ask, cpus: 1, memory: '8G', time: '1:00:00', warning: 60 })
  for (const script of [slurm, localScript({ ...ask, tellsJson: false })]) {
    expect(script).toContain('for each stage: prepare, run, score')
    expect(script).not.toContain('<kinemetric> merge')
  }
})
