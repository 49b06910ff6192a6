// Kills (SIGKILL) shards of `score` that write into one shared folder, the command itself or one of its worker processes, at moments that the seed draws, and starts
// them again until they end; then what `merge` writes must be the bytes of one pass, and nothing may be left over.
//   node test/full/kill-shards.ts [--kills 12] [--seed 1] [--keep]
// In every third round the number of shards is changed half-way. Prints a line a round, and last `N kills, M differences`; exit code 0 where M is 0.
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { writeVideo } from '../../packages/cli/test/small-videos.ts'
import { processesLeftIn } from './processes-in.ts'
import { below, pick, type Random, randomOf } from './random.ts'
import { spawned, type Spawned } from './spawned.ts'

const script = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'kinemetric.js')
const clips = 18
/** Kills of a round, before it is left to end. */
const killsARound = 20
const methods = ['gens', 'two']

export interface ShardKillOptions {
  kills: number
  seed: string
  /** Leaves the working folder, to look at. */
  keep?: boolean | undefined
}

export interface ShardKillResult {
  kills: number
  /** Of them those of worker processes. */
  workers: number
  differences: string[]
}

/** Kills and resumes. @param say gets a line a round */
export async function killShards(
  { kills, seed, keep }: ShardKillOptions,
  say: (line: string) => void,
): Promise<ShardKillResult> {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-kill-shards-'))
  const place = new Place(work)
  const result: ShardKillResult = { kills: 0, workers: 0, differences: [] }
  try {
    for (let index = 0; index < clips; index++)
      for (const [side, shift] of [
        ['refs', 0],
        ['gens', 0.3],
        ['other', 0.7],
      ] as const)
        await writeVideo(join(work, side), `clip-${index}`, { phase: index + shift, frames: 8, height: 96, width: 96 })
    const whole = await place.run(scoreArgs('whole'))
    if (whole.code !== 0) throw new Error(`one pass ended with ${whole.code}: ${whole.said}`)
    const expected = place.records('whole')
    for (let round = 0; result.kills < kills; round++) {
      const random = randomOf(`${seed} ${round}`)
      const own = await killRound(place, round, random, Math.min(killsARound, kills - result.kills))
      const out = `round-${round}`
      const merged = await place.run(['merge', out, '--json'])
      if (merged.code !== 0) own.differences.push(`merge ended with ${merged.code}: ${merged.said}`)
      const found = place.records(out)
      for (const [name, digest] of expected)
        if (found.get(name) !== digest) own.differences.push(`${name} ${found.has(name) ? 'differs' : 'is missing'}`)
      for (const name of place.leftIn(out)) own.differences.push(`${name} is left over`)
      for (const left of await processesLeftIn(work)) own.differences.push(`still runs: ${left}`)
      say(
        `round ${round}: ${own.kills} kills, ${own.workers} of them of workers, ${own.differences.length} differences`,
      )
      for (const difference of own.differences) say(`  ${difference}`)
      result.kills += own.kills
      result.workers += own.workers
      result.differences.push(...own.differences.map((each) => `round ${round}: ${each}`))
      if (keep !== true) rmSync(join(work, out), { recursive: true, force: true })
      // A round in which nothing could be killed says that this test tests nothing.
      if (own.kills === 0) throw new Error(`round ${round}: no kill met anything`)
    }
    return result
  } finally {
    place.end()
    if (keep === true) say(`kept: ${work}`)
    else rmSync(work, { recursive: true, force: true })
  }
}

function scoreArgs(out: string): string[] {
  const what = ['--reference', 'refs', '--generated', 'gens', '--generated', 'two=other']
  return ['score', ...what, '--metrics', 'psnr,ssim', '--no-cache', '--quiet', '--out', out]
}

/** All shards at once in one folder, each killed now and then, until `aim` kills are done and all have ended by themselves. */
async function killRound(place: Place, round: number, random: Random, aim: number): Promise<ShardKillResult> {
  const result: ShardKillResult = { kills: 0, workers: 0, differences: [] }
  const out = `round-${round}`
  const finish = async (text: string, until: number) => {
    for (let start = 0; start < 60; start++) {
      const victim: Victim = random() < 0.4 ? 'worker' : 'command'
      const jobs = victim === 'worker' ? '2' : String(1 + below(random, 2))
      const running = place.start([...scoreArgs(out), '--shard', text, '--jobs', jobs])
      const killed = result.kills < until ? await killSoon(running, victim, place, out, random) : undefined
      const { code, said } = await running.ended
      if (killed !== undefined) {
        result.kills++
        if (killed === 'worker') result.workers++
      } else if (code === 0) return
      else {
        result.differences.push(`shard ${text} ended with ${code}: ${said}`)
        return
      }
    }
    result.differences.push(`shard ${text} does not come to its end`)
  }
  const all = (count: number, until: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => finish(`${index + 1}/${count}`, until)))
  // Of the first number one shard is never begun.
  if (round % 3 === 2) await finish('1/2', Math.ceil(aim / 3))
  await all(3, aim)
  return result
}

type Victim = 'command' | 'worker'

/** Kills a command, or one of its workers, some time after it began or after a few more lines. @returns what was killed; undefined where it ended before */
async function killSoon(
  { child }: Spawned,
  victim: Victim,
  place: Place,
  out: string,
  random: Random,
): Promise<Victim | undefined> {
  const lines = place.lines(out) + below(random, 5)
  const at = performance.now() + random() * 1500
  // Half of the kills anywhere, half while it measures.
  const isTime = random() < 0.5 ? () => performance.now() > at : () => place.lines(out) > lines
  while (child.exitCode === null && child.signalCode === null) {
    await pause(10)
    if (child.pid === undefined || !isTime()) continue
    if (victim === 'command') return child.kill('SIGKILL') ? victim : undefined
    const workers = childrenOf(child.pid)
    if (workers.length === 0) continue
    try {
      process.kill(pick(random, workers), 'SIGKILL')
      return victim
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return text === '' ? [] : text.split(' ').map(Number)
  } catch {
    return []
  }
}

/** A folder in which commands run, with a home of their own. */
class Place {
  readonly #work: string
  readonly #children = new Set<ChildProcess>()

  constructor(work: string) {
    this.#work = work
  }

  start(args: readonly string[]): Spawned {
    // The commit of this checkout may change between a start and the next while people work on it.
    const env = { ...process.env, HOME: this.#work, XDG_CACHE_HOME: join(this.#work, 'xdg'), KINEMETRIC_COMMIT: 'test' }
    const { child, ended } = spawned(script, args, this.#work, env)
    this.#children.add(child)
    return { child, ended: ended.finally(() => this.#children.delete(child)) }
  }

  run(args: readonly string[]): Spawned['ended'] {
    return this.start(args).ended
  }

  #folder(out: string): string {
    return join(this.#work, out, 'as-is')
  }

  /** Lines of all journals there. */
  lines(out: string): number {
    const folder = this.#folder(out)
    if (!existsSync(folder)) return 0
    const journals = readdirSync(folder).filter((name) => name.endsWith('.journal.jsonl'))
    return journals.reduce((sum, name) => sum + readFileSync(join(folder, name), 'utf8').split('\n').length - 1, 0)
  }

  /** sha256 of what was concluded, by its name. */
  records(out: string): Map<string, string> {
    const names = methods.flatMap((id) => [`${id}.json`, `${id}.parquet`, `${id}.hashes.jsonl`])
    const there = names.filter((name) => existsSync(join(this.#folder(out), name)))
    const digest = (name: string) =>
      createHash('sha256')
        .update(readFileSync(join(this.#folder(out), name)))
        .digest('hex')
    return new Map(there.map((name) => [name, digest(name)]))
  }

  /** Locks and unfinished files. */
  leftIn(out: string): string[] {
    return readdirSync(this.#folder(out)).filter((name) => name.startsWith('.'))
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '12' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
    },
  })
  const { kills, seed, keep } = values
  const result = await killShards({ kills: Number(kills), seed, keep }, (line) => console.log(line))
  console.log(
    `seed ${seed}: ${result.kills} kills, ${result.workers} of them of workers, ${result.differences.length} differences`,
  )
  process.exitCode = result.differences.length === 0 ? 0 : 1
}

if (import.meta.main) await main()
