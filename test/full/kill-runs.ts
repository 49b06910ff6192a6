// Kills (SIGKILL) shards of `run` that write into one shared folder, the command itself or one of its worker processes, at moments that the seed draws, and starts
// them again until they end; then what `merge` makes must be the folder of a run of all clips, to the byte, and nothing may be left over.
//   node test/full/kill-runs.ts [--kills 12] [--seed 1]
// In every third round the number of shards is changed half-way. Prints a line a round, and last `N kills, M differences`; exit code 0 where M is 0.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { treeOf } from '../../packages/runners/test/tree-of.ts'
import { writeMaskManifest } from '../../packages/runners/test/write-mask-manifest.ts'
import { processesLeftIn } from './processes-in.ts'
import { below, pick, type Random, randomOf } from './random.ts'

const script = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'kinemetric.js')
/** Kills of a round, before it is left to end. */
const killsARound = 12

export interface RunKillResult {
  kills: number
  differences: string[]
}

/** Kills and resumes. @param say gets a line a round */
export async function killRuns(
  { kills, seed }: { kills: number; seed: string },
  say: (line: string) => void,
): Promise<RunKillResult> {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-kill-runs-'))
  const result: RunKillResult = { kills: 0, differences: [] }
  try {
    const clips = Array.from({ length: 24 }, (_, index) => `clip-${index}`)
    await writeMaskManifest(work, clips, [64, 96], 5)
    await requireDone(start(work, runArgs('whole')))
    const expected = await treeOf(join(work, 'whole'))
    for (let round = 0; result.kills < kills; round++) {
      const out = `round-${round}`
      const random = randomOf(`${seed} ${round}`)
      const aim = Math.min(killsARound, kills - result.kills)
      const killed = await killRound(work, out, random, { aim, changesNumber: round % 3 === 2 })
      await requireDone(start(work, ['merge', out]))
      const found = await treeOf(join(work, out), /\.shard\.json$/)
      const paths = new Set([...Object.keys(expected), ...Object.keys(found)])
      const differences = [...paths].filter((path) => expected[path] !== found[path])
      differences.push(...(await processesLeftIn(work)).map((left) => `still runs: ${left}`))
      say(`round ${round}: ${killed} kills, ${differences.length} differences`)
      for (const difference of differences) say(`  ${difference}`)
      result.kills += killed
      result.differences.push(...differences.map((each) => `round ${round}: ${each}`))
      rmSync(join(work, out), { recursive: true })
      // A round in which nothing could be killed says that this test tests nothing.
      if (killed === 0) throw new Error(`round ${round}: no kill met anything`)
    }
    return result
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function runArgs(out: string): string[] {
  return ['run', 'mask-warp', '--manifest', 'prepared/manifest.jsonl', '--samples', '3', '--quiet', '--out', out]
}

/** All shards at once in one folder, each killed now and then, until `aim` kills are done and all have ended by themselves. @returns how many */
async function killRound(
  work: string,
  out: string,
  random: Random,
  { aim, changesNumber }: { aim: number; changesNumber: boolean },
): Promise<number> {
  let kills = 0
  const finish = async (shard: string, until: number): Promise<void> => {
    for (;;) {
      const child = start(work, [...runArgs(out), '--shard', shard, '--jobs', String(1 + below(random, 2))])
      if (kills >= until) return requireDone(child)
      const ended = once(child, 'close')
      if (await killSoon(child, random)) kills++
      await ended
      if (child.exitCode === 0) return
    }
  }
  // Of the first number one shard is never begun.
  if (changesNumber) await finish('1/2', Math.ceil(aim / 3))
  await Promise.all([1, 2, 3].map((index) => finish(`${index}/3`, aim)))
  return kills
}

/** Kills a command or one of its workers some time after it began. @returns whether it was still there */
async function killSoon(child: ChildProcess, random: Random): Promise<boolean> {
  await pause(300 + random() * 2500)
  if (child.pid === undefined || child.exitCode !== null) return false
  const workers = random() < 0.4 ? childrenOf(child.pid) : []
  try {
    return process.kill(workers.length === 0 ? child.pid : pick(random, workers), 'SIGKILL')
  } catch {
    return false
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function start(work: string, args: readonly string[]): ChildProcess {
  // The commit of this checkout may change between a start and the next while people work on it.
  const env = { ...process.env, HOME: work, XDG_CACHE_HOME: join(work, 'xdg'), KINEMETRIC_COMMIT: 'test' }
  return spawn(process.execPath, [script, ...args], { cwd: work, env, stdio: ['ignore', 'ignore', 'pipe'] })
}

async function requireDone(child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString()))
  await once(child, 'close')
  if (child.exitCode !== 0) throw new Error(`ended with ${child.exitCode}: ${said}`)
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '12' }, seed: { type: 'string', default: '1' } },
  })
  const { kills, differences } = await killRuns({ kills: Number(values.kills), seed: values.seed }, (line) =>
    console.log(line),
  )
  console.log(`${kills} kills, ${differences.length} differences`)
  process.exitCode = differences.length === 0 ? 0 : 1
}
