import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findMethod, runMethod, type RunOptions, withPairs } from '../../src/index.ts'
import { requireRunJobs, runJobs } from '../../src/run/jobs.ts'
import { maskManifest } from '../mask-manifest.ts'
import { merge, runShards } from '../sharded-run.ts'
import { smallManifest } from '../small-manifest.ts'
import { treeOf } from '../tree-of.ts'

const full = process.env.KINEMETRIC_FULL === '1'
const many = Array.from({ length: 6 }, (_, i) => `clip-${i}`)
const { folder, manifest } = await maskManifest(many, [64, 96], 4)
const small = await smallManifest(2)

const run = async (id: string, out: string, options: Partial<RunOptions> = {}) =>
  runMethod({ method: await findMethod(id), manifest, out: join(folder, out), ...options })

test.each(full ? ['static', 'mask-warp'] : ['mask-warp'])(
  '%s: clips, run.json and what is told of failures are the same for any number of processes',
  async (id) => {
    const clips = manifest.clips.map((clip, i) =>
      i === 4 || i === 1 ? { ...clip, image: { ...clip.image, path: `none-${i}.png` } } : clip,
    )
    const runs = []
    for (const jobs of full ? [1, 2, 3] : [1, 3]) {
      const result = await run(id, `${id}-${jobs}`, { jobs, samples: 2, manifest: { ...manifest, clips } })
      runs.push({ result, tree: await treeOf(join(folder, `${id}-${jobs}`)) })
    }
    expect(runs[0].result.failures.map(({ clip, sample }) => [clip, sample])).toEqual([
      ['clip-1', 0],
      ['clip-1', 1],
      ['clip-4', 0],
      ['clip-4', 1],
    ])
    // Four frames and item.json of eight samples, item.json of four, run.json.
    expect(Object.keys(runs[0].tree)).toHaveLength(8 * 5 + 4 + 1)
    for (const other of runs.slice(1)) expect(other).toEqual(runs[0])
  },
)

test.each(['unrelated-reference', 'driver-only', ...(full ? ['blurred-reference'] : [])])(
  '%s: what a method sees besides arrives in another process, and in a shard, too',
  async (id) => {
    await run(id, `${id}-here`, { manifest: small.manifest, jobs: 1 })
    await run(id, `${id}-there`, { manifest: small.manifest, jobs: 2 })
    const tree = await treeOf(join(folder, `${id}-here`))
    expect(Object.keys(tree)).toHaveLength(2 * 15 + 1)
    expect(await treeOf(join(folder, `${id}-there`))).toEqual(tree)
    const parts = join(folder, `${id}-parts`)
    await runShards(2, () => parts, { method: await findMethod(id), manifest: small.manifest })
    await merge([parts])
    expect(await treeOf(parts, /\.shard\.json$/)).toEqual(tree)
  },
)

/** Processes that this one started for tasks. */
function workers(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) && isWorker(name) ? [Number(name)] : []))
}

function isWorker(pid: string): boolean {
  try {
    const parent = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('serve-tasks')
  } catch {
    return false
  }
}

function hasUnfinished(out: string): boolean {
  try {
    return readdirSync(out, { recursive: true }).some((path) => String(path).includes('.s0.'))
  } catch {
    return false
  }
}

test.skipIf(process.platform !== 'linux')(
  'a process that dies is told, nothing is left half written, and the run goes on',
  async () => {
    const tenfold = Array.from({ length: 30 }, (_, i) => ({ ...manifest.clips[i % 6], id: `c-${i}` }))
    const all = { ...manifest, clips: tenfold }
    const out = join(folder, 'dying')
    let [pids, killed]: [number[], number] = [[], 0]
    // As soon as one is seen that writes a sample.
    const watch = setInterval(() => {
      if (pids.length < 2) pids = workers()
      else if (killed === 0 && hasUnfinished(out))
        for (const pid of pids) killed += process.kill(pid, 'SIGKILL') ? 1 : 0
    }, 1)
    const dying = run('mask-warp', 'dying', { manifest: all, jobs: 2 }).finally(() => clearInterval(watch))
    await expect(dying).rejects.toMatchObject({ code: 'process-failed', found: 'its death of SIGKILL' })
    expect(killed).toBe(2)
    expect(workers()).toEqual([])
    expect(hasUnfinished(out)).toBe(false)
    expect(await run('mask-warp', 'dying', { manifest: all, jobs: 2 })).toMatchObject({ done: 30, failures: [] })
    await run('mask-warp', 'living', { manifest: all, jobs: 1 })
    expect(await treeOf(join(folder, 'dying'))).toEqual(await treeOf(join(folder, 'living')))
  },
)

test('a run that is stopped ends its processes and says why', async () => {
  const controller = new AbortController()
  const stopped = run('mask-warp', 'stopped', {
    jobs: 2,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  })
  await expect(stopped).rejects.toThrow('enough')
  const left = Object.keys(await treeOf(join(folder, 'stopped')))
  expect(left.filter((path) => path.includes('.partial') || path.startsWith('.lock'))).toEqual([])
})

test('failures so far are told while a run goes on', async () => {
  const clips = manifest.clips.map((clip, i) => (i === 0 ? { ...clip, image: { path: 'none.png' } } : clip))
  const told: number[] = []
  await run('static', 'told', { manifest: { ...manifest, clips }, jobs: 2, onProgress: (at) => told.push(at.failed) })
  expect(told).toHaveLength(6)
  expect(told.at(-1)).toBe(1)
})

test('several processes are refused of a program, of networks, and of a part of one', async () => {
  const networks = await findMethod('interdyn')
  const program = { spec: { ...networks.spec, checkpoints: {} }, folder, native: undefined }
  expect(() => requireRunJobs(networks, 2)).toThrow(/1 of interdyn, which has networks, found 2; .*--shard/)
  expect(() => requireRunJobs(program, 2)).toThrow(/a program/)
  expect(() => requireRunJobs(program, 1)).not.toThrow()
  await expect(run('static', 'half', { jobs: 1.5 })).rejects.toMatchObject({ code: 'bad-option' })
})

test('unasked there are as many as cores, memory and samples allow', async () => {
  const method = await findMethod('static')
  const wanted = Array.from({ length: 800 }, () => ({ clip: withPairs(manifest.clips)[0], sample: 0 }))
  const GiB = 2 ** 30
  expect(runJobs(method, undefined, wanted, 1000 * GiB)).toBe(Math.min(100, availableParallelism()))
  expect(runJobs(method, undefined, wanted, GiB / 4)).toBe(1)
  expect(runJobs(method, undefined, wanted.slice(0, 15), 1000 * GiB)).toBe(1)
  expect(runJobs(method, 7, wanted.slice(0, 3), GiB)).toBe(3)
  expect(runJobs(await findMethod('interdyn'), undefined, wanted, 1000 * GiB)).toBe(1)
})
