// Kill test: prepare (in one process, in two, and in shards that are merged), run, score, features (and a shard of them), weights pull, report build, and run of
// generators that are networks of ours, each killed (SIGKILL) at random moments and run again until it ends. What it leaves must be the bytes of an uninterrupted run, and nothing else.
//   node test/full/kill.ts [--kills 30] [--seed 1] [--only prepare,run] [--keep]
// Not compared are times, which are times by their own description: <method>.run.json of score, and `started`, `finished` and `wallMs` of a run.
// Prints a line a difference, and last `N kills, M differences`; exit code 0 where M is 0. Without the shared folder's weights there is no pull, and
// score has no LPIPS; without its tiny networks no generator runs, which is said.
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { writeSafetensors } from '@kinemetric/networks'
import { makePhysicsBenchmark } from '@kinemetric/physics'
import { i3dTensors } from '../../packages/networks/src/models/i3d/tensors.ts'
import { formulaTensors } from '../../packages/networks/test/formula-weights.ts'
import { writeMaskManifest } from '../../packages/runners/test/write-mask-manifest.ts'
import { hasShared, sharedPath } from '../shared.ts'
import { hasTinyModels, writeTinyCoshand, writeTinyInterdyn } from '../tiny-models.ts'
import { processesLeftIn } from './processes-in.ts'
import { below, type Random, randomOf } from './random.ts'
import { spawned } from './spawned.ts'

const script = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'kinemetric.js')
const LONGEST_MS = 600_000

export interface KillOptions {
  kills: number
  seed: string
  only?: readonly string[] | undefined
  /** Leaves the working folder, to look at. */
  keep?: boolean | undefined
}

export interface KillResult {
  kills: number
  differences: string[]
}

interface Step {
  readonly name: string
  /** Of the kills. */
  readonly share: number
  /** Steps whose outcome this one takes. */
  readonly takes?: readonly string[]
  readonly args: (out: string) => readonly string[]
  /** Files that hold times. */
  readonly leftOut?: RegExp
  /** Step whose outcome this one has to leave, byte for byte. */
  readonly sameAs?: string
  /** What lies there before the first start: a killed build must not lose the earlier site. */
  readonly begins?: 'with an earlier one'
}

/** Kills and resumes. @param say gets a line a step */
export async function killTest(options: KillOptions, say: (line: string) => void): Promise<KillResult> {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-kill-'))
  const place = new Workplace(work)
  const server = await serveSlowly()
  try {
    await place.fill()
    if (!hasTinyModels()) say('interdyn, coshand: left out, their tiny networks are not here')
    const result: KillResult = { kills: 0, differences: [] }
    const steps = stepsOf(server)
    const wanted = steps.filter(({ name }) => options.only?.includes(name) ?? true)
    const taken = new Set(
      wanted.flatMap(({ takes = [], sameAs }) => (sameAs === undefined ? takes : [...takes, sameAs])),
    )
    for (const step of steps) {
      const isWanted = wanted.includes(step)
      if (!isWanted && !taken.has(step.name)) continue
      const expected = await uninterrupted(step, place)
      if (!isWanted) continue
      if (step.sameAs !== undefined)
        result.differences.push(
          ...differences(place.digest(`base-${step.sameAs}`, step), expected.files).map(
            (each) => `${step.name} beside ${step.sameAs}: ${each}`,
          ),
        )
      const share = options.only === undefined ? step.share : 1 / options.only.length
      const random = randomOf(`${options.seed} ${step.name}`)
      const done = await killStep(step, place, { ...expected, aim: Math.ceil(options.kills * share), random })
      say(`${step.name}: ${done.kills} kills of ${Math.round(expected.ms)} ms, ${done.differences.length} differences`)
      for (const difference of done.differences) say(`  ${difference}`)
      result.kills += done.kills
      result.differences.push(...done.differences)
    }
    const left = readdirSync(place.temporary)
    if (left.length > 0) say(`left in the temporary folder: ${left.join(', ')}`)
    return result
  } finally {
    server?.close()
    place.end()
    if (options.keep === true) say(`kept: ${work}`)
    else rmSync(work, { recursive: true, force: true })
  }
}

/** But for the place of the matrix. */
const features = 'features i3d videos --checkpoint i3d.safetensors --unverified --quiet --threads 1 --out'.split(' ')

function stepsOf(server: Server | undefined): Step[] {
  const metrics = server === undefined ? 'psnr,ssim' : 'psnr,ssim,lpips'
  const address = server?.address()
  const url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}/alex.pth` : ''
  const pull: Step = {
    name: 'pull',
    share: 0.1,
    args: (out) => ['weights', 'pull', 'lpips-alex', '--folder', out, '--url', url, '--quiet'],
  }
  return [
    {
      name: 'prepare',
      share: 0.1,
      args: (out) => prepare(out, '1'),
    },
    // In processes of their own, which must end with the one that is killed and leave the bytes of one process.
    { name: 'prepare-jobs', share: 0.1, sameAs: 'prepare', args: (out) => prepare(out, '2') },
    { name: 'prepare-shard', share: 0.1, args: (out) => [...prepare(out, '2'), '--shard', '1/1'] },
    {
      name: 'merge-prepared',
      share: 0.1,
      takes: ['prepare', 'prepare-shard'],
      sameAs: 'prepare',
      args: (out) => ['merge', 'base-prepare-shard', '--out', out],
    },
    {
      name: 'run',
      share: 0.15,
      takes: ['prepare'],
      args: (out) => ['run', 'blurred-reference', '--manifest', 'base-prepare/manifest.jsonl', '--out', out, '--quiet'],
    },
    {
      name: 'score',
      share: 0.15,
      takes: ['prepare', 'run'],
      leftOut: /\.run\.json$/,
      args: (out) => [
        'score',
        '--manifest',
        'base-prepare/manifest.jsonl',
        '--generated',
        'base-run',
        '--out',
        out,
        '--quiet',
        '--metrics',
        metrics,
        '--threads',
        '1',
        '--no-cache',
        '--previews',
      ],
    },
    { name: 'features', share: 0.1, args: (out) => [...features, `${out}/f.npz`, '--cache', `${out}.cache`] },
    {
      name: 'feature-shard',
      share: 0.1,
      args: (out) => [...features, `${out}/f.npz`, '--no-cache', '--shard', '1/1', '--jobs', '2'],
    },
    ...(server === undefined ? [] : [pull]),
    {
      name: 'report',
      share: 0.15,
      takes: ['prepare', 'run', 'score'],
      begins: 'with an earlier one',
      args: (out) => ['report', 'build', 'base-score', '--out', out, '--quiet', '--no-claims'],
    },
    ...(hasTinyModels() ? generatorSteps() : []),
  ]
}

function prepare(out: string, jobs: string): string[] {
  const protocol = ['--protocol', 'physics-256x384']
  return ['prepare', 'physics', 'dataset', ...protocol, '--out', out, '--jobs', jobs, '--quiet']
}

function generate(method: string, out: string, checkpoints: readonly string[]): string[] {
  return [
    'run',
    method,
    '--manifest',
    'clips/prepared/manifest.jsonl',
    '--out',
    out,
    '--quiet',
    '--unverified',
    '--threads',
    '1',
    '--samples',
    '2',
    '--preview',
    '--set',
    'steps=2',
    ...checkpoints.flatMap((each) => ['--checkpoint', each]),
  ]
}

/** Two samples of each clip, their videos besides: networks in a process of their own, which must end with the one that is killed. */
function generatorSteps(): Step[] {
  const interdyn = ['svd=weights/svd', 'interdyn=weights/interdyn']
  return [
    { name: 'interdyn', share: 0.15, args: (out) => generate('interdyn', out, interdyn) },
    {
      name: 'coshand',
      share: 0.15,
      args: (out) => generate('coshand-autoregressive', out, ['coshand=weights/coshand.ckpt']),
    },
  ]
}

/** What a step leaves, and how long it takes, when nobody interrupts it. */
async function uninterrupted(
  step: Step,
  place: Workplace,
): Promise<{ files: ReadonlyMap<string, string>; ms: number }> {
  const begun = performance.now()
  const { code, said } = await place.start(step.args(`base-${step.name}`))
  if (code !== 0) throw new Error(`${step.name}: the uninterrupted run ended with ${code}: ${said}`)
  return { files: place.digest(`base-${step.name}`, step), ms: performance.now() - begun }
}

interface Killing {
  files: ReadonlyMap<string, string>
  ms: number
  aim: number
  random: Random
}

async function killStep(step: Step, place: Workplace, { files, ms, aim, random }: Killing): Promise<KillResult> {
  const result: KillResult = { kills: 0, differences: [] }
  for (let cycle = 0; result.kills < aim && cycle < 3 * aim; cycle++) {
    const out = `cycle-${step.name}-${cycle}`
    if (step.begins !== undefined) cpSync(place.path(`base-${step.name}`), place.path(out), { recursive: true })
    const moments: number[] = []
    const times = 1 + below(random, 4)
    for (let k = 0; k < times && result.kills < aim; k++) {
      // Half of the kills anywhere, half after the start that every command has.
      const moment = random() < 0.5 ? random() * ms : 250 + random() * Math.max(50, ms - 250)
      moments.push(Math.round(moment))
      const { signal, code, said } = await place.start(step.args(out), moment)
      if (signal === 'SIGKILL') result.kills++
      else if (code !== 0 && code !== 2)
        result.differences.push(
          `${step.name}: a start after kills at ${moments.join(', ')} ms ended with ${code}: ${said}`,
        )
      if (step.begins !== undefined && !existsSync(place.path(out, 'index.html')))
        result.differences.push(`${step.name}: after a kill at ${moments.at(-1)} ms no earlier site is left`)
      if (signal !== 'SIGKILL') break
    }
    const what = `${step.name}, kills at ${moments.join(', ')} ms`
    const { code, said } = await place.start(step.args(out))
    // The run may have come to its end before it could be killed: its record is there then, and not overwritten.
    if (code !== 0 && !/already there|--overwrite/.test(said))
      result.differences.push(`${what}: the resumed run ended with ${code}: ${said}`)
    result.differences.push(...differences(files, place.digest(out, step)).map((each) => `${what}: ${each}`))
    for (const left of await processesLeftIn(place.path())) result.differences.push(`${what}: still runs: ${left}`)
    place.remove(out)
  }
  return result
}

function differences(expected: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] {
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((name) => {
    if (expected.get(name) === found.get(name)) return []
    return `${name} ${!found.has(name) ? 'is missing' : expected.has(name) ? 'differs' : 'is left over'}`
  })
}

/** A folder in which commands run, with a home and a temporary folder of their own. */
class Workplace {
  readonly temporary: string
  readonly #work: string
  readonly #children = new Set<ChildProcess>()

  constructor(work: string) {
    this.#work = work
    this.temporary = join(work, 'tmp')
    mkdirSync(this.temporary)
  }

  /** The dataset, its videos, a checkpoint of made-up weights under the official names, and where they are here tiny generators with clips for them. */
  async fill(): Promise<void> {
    await makePhysicsBenchmark(this.path('dataset'), { clips: 3, seed: 1 })
    await writeSafetensors(this.path('i3d.safetensors'), formulaTensors(i3dTensors('pytorch-i3d')))
    mkdirSync(this.path('videos'))
    for (const id of readdirSync(this.path('dataset')))
      copyFileSync(this.path('dataset', id, 'video.mkv'), this.path('videos', `${id}.mkv`))
    if (!hasTinyModels()) return
    await writeMaskManifest(this.path('clips'), ['a', 'b'], [64, 64], 3)
    await writeTinyInterdyn(this.path('weights'))
    await writeTinyCoshand(this.path('weights'))
  }

  path(...parts: readonly string[]): string {
    return join(this.#work, ...parts)
  }

  /** Runs a command to its end, or kills it after that long. */
  start(
    args: readonly string[],
    killAfterMs = LONGEST_MS,
  ): Promise<{ code: number | null; signal: string | null; said: string }> {
    const env = {
      ...process.env,
      HOME: this.#work,
      XDG_CACHE_HOME: this.path('xdg'),
      TMPDIR: this.temporary,
      KINEMETRIC_WEIGHTS: sharedPath('weights'),
    }
    const { child, ended } = spawned(script, args, this.#work, env)
    this.#children.add(child)
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    return ended.finally(() => {
      clearTimeout(timer)
      this.#children.delete(child)
    })
  }

  /** Relative path → sha256 of all files of a folder, with times taken out. */
  digest(name: string, step: Step): Map<string, string> {
    const folder = this.path(name)
    if (!existsSync(folder)) return new Map()
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
      (entry) => !entry.isDirectory(),
    )
    const files = entries
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => step.leftOut?.test(path) !== true)
    return new Map(
      files.map((path) => [relative(folder, path), createHash('sha256').update(withoutTimes(path)).digest('hex')]),
    )
  }

  remove(name: string): void {
    for (const path of [name, `${name}.cache`]) rmSync(this.path(path), { recursive: true, force: true })
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }
}

function withoutTimes(path: string): string | Uint8Array {
  const bytes = readFileSync(path)
  if (!/(^|[/\\])(run|item)\.json$/.test(path)) return bytes
  const value: unknown = JSON.parse(bytes.toString())
  return JSON.stringify(value, (key, each: unknown) =>
    ['started', 'finished', 'wallMs'].includes(key) ? undefined : each,
  )
}

/** A server of the weights that is slow, so that kills fall into the download; it has ranges and an ETag, as real ones do. */
async function serveSlowly(): Promise<Server | undefined> {
  if (!hasShared('weights', 'lpips-v0.1-alex.pth')) return undefined
  const weight = readFileSync(sharedPath('weights', 'lpips-v0.1-alex.pth'))
  const server = createServer((request, response) => {
    const range = /^bytes=(\d+)-/.exec(request.headers.range ?? '')
    const from = range !== null && request.headers['if-range'] === '"one"' ? Number(range[1]) : 0
    const part = { 'content-range': `bytes ${from}-${weight.length - 1}/${weight.length}` }
    response.writeHead(from > 0 ? 206 : 200, {
      etag: '"one"',
      'content-length': weight.length - from,
      ...(from > 0 ? part : {}),
    })
    let at = from
    const timer = setInterval(() => {
      if (at >= weight.length || response.destroyed) {
        clearInterval(timer)
        response.end()
        return
      }
      response.write(weight.subarray(at, at + 200))
      at += 200
    }, 20)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  })
  const { kills, seed, only, keep } = values
  const result = await killTest({ kills: Number(kills), seed, only: only?.split(','), keep }, (line) =>
    console.log(line),
  )
  console.log(`seed ${seed}: ${result.kills} kills, ${result.differences.length} differences`)
  process.exitCode = result.differences.length === 0 ? 0 : 1
}

if (import.meta.main) await main()
