import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluate, type EvaluateOptions } from '../src/index.ts'
import { sumField } from '../src/journal/journal-lines.ts'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'

const full = process.env.KINEMETRIC_FULL === '1'
// The commit of this checkout may change between a kill and its resumption while people work on it.
process.env.KINEMETRIC_COMMIT = 'test'
const ids = Array.from({ length: 12 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)
const generated = join(root, 'method')
await writeMethod(generated, ids, { shift: 0.3, without: [4] })
const options = (out: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  reference: { manifest },
  protocol: smallProtocol,
  generated,
  out: join(root, out),
  cache: false,
  ...more,
})
const results = (out: string) => join(root, out, 'small-48x64')

async function contents(out: string): Promise<Record<string, string>> {
  const names = (await readdir(results(out))).filter((name) => !name.endsWith('.run.json')).sort()
  const entries = names.map(async (name) => [name, (await readFile(join(results(out), name))).toString('base64')])
  return Object.fromEntries(await Promise.all(entries))
}

/** The first clips alone, where what is tracked takes long. */
const few = { manifest: join(root, 'prepared', 'few.jsonl') }
await writeFile(few.manifest, `${(await readFile(manifest, 'utf8')).split('\n').slice(0, 4).join('\n')}\n`)

await evaluate(options('whole'))
const whole = await contents('whole')

/** Runs an evaluation in a process of its own and kills it after a number of clips. */
async function killAfter(out: string, clips: number, signal: NodeJS.Signals, more: Partial<EvaluateOptions> = {}) {
  const script = `
    import { evaluate } from ${JSON.stringify(join(import.meta.dirname, '..', 'src', 'index.ts'))}
    await evaluate({ ...JSON.parse(process.argv[2]), onProgress: (event) => { if (event.kind === 'clip') console.log(event.done) } })`
  const file = join(root, 'evaluate.mjs')
  await writeFile(file, script)
  const child = spawn(process.execPath, [file, JSON.stringify(options(out, more))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.on('data', (data: Buffer) => {
    if (
      data
        .toString()
        .split('\n')
        .some((line) => Number(line) >= clips)
    )
      child.kill(signal)
  })
  const [code, by] = await once(child, 'exit')
  expect({ code, by }).toEqual({ code: null, by: signal })
}

test.each([...(full ? ([[1, 'SIGKILL']] as const) : []), [7, 'SIGKILL'], [5, 'SIGINT']] as const)(
  'a run killed after %i clips (%s) goes on and ends with the same bytes',
  async (clips, signal) => {
    const out = `killed-${clips}`
    await killAfter(out, clips, signal)
    expect(await readdir(results(out))).not.toContain('method.json')
    const { run } = await evaluate(options(out))
    expect(run.clips.resumed).toBeGreaterThanOrEqual(clips)
    expect(run.clips.resumed + run.clips.scoredNow).toBe(12)
    expect(await contents(out)).toEqual(whole)
  },
)

test('any number of processes ends with the same bytes; one that is killed goes on with another number', async () => {
  await killAfter('killed-jobs', 4, 'SIGKILL', { jobs: 2 })
  const { run } = await evaluate(options('killed-jobs', { jobs: 3 }))
  expect(run.clips.resumed).toBeGreaterThanOrEqual(4)
  expect(run.clips).toMatchObject({ total: 12, failed: 1 })
  expect(run.clips.resumed + run.clips.scoredNow).toBe(12)
  expect(await contents('killed-jobs')).toEqual(whole)
})

test('what caches did in processes is added up; an abort there keeps what was measured', async () => {
  const motion: Partial<EvaluateOptions> = { reference: few, metrics: ['motion-fidelity'], tracker: 'lucas-kanade' }
  const here = await evaluate(options('motion-here', motion))
  const there = await evaluate(options('motion-there', { ...motion, jobs: 2 }))
  expect(there.run.cache).toEqual(here.run.cache)
  expect(there.run.cache.generated.networkRuns).toBeGreaterThan(0)
  expect(await contents('motion-there')).toEqual(await contents('motion-here'))
  const controller = new AbortController()
  const onProgress: EvaluateOptions['onProgress'] = (event) => {
    if (event.kind === 'clip' && event.done === 3) controller.abort()
  }
  await expect(
    evaluate(options('aborted-jobs', { jobs: 2, signal: controller.signal, onProgress })),
  ).rejects.toMatchObject({ code: 'aborted' })
  const { run } = await evaluate(options('aborted-jobs'))
  expect(run.clips.resumed).toBeGreaterThanOrEqual(3)
  expect(await contents('aborted-jobs')).toEqual(whole)
})

test.each([0, 1.5, Number.NaN])('%d processes are refused', async (jobs) => {
  await expect(evaluate(options('refused', { jobs }))).rejects.toMatchObject({ code: 'bad-option' })
})

test('an aborted run says so, keeps its clips, and ends with the same bytes; a torn last line is dropped', async () => {
  const controller = new AbortController()
  const stopping = evaluate(
    options('aborted', {
      signal: controller.signal,
      onProgress: (event) => {
        if (event.kind === 'clip' && event.done === 6) controller.abort()
      },
    }),
  )
  await expect(stopping).rejects.toMatchObject({ name: 'KinemetricError', code: 'aborted' })
  await appendFile(join(results('aborted'), '.method.journal.jsonl'), '{"clip":"clip-9","stamp":"1:2","gener')
  const { run } = await evaluate(options('aborted'))
  expect(run.clips.resumed).toBe(6)
  expect(await contents('aborted')).toEqual(whole)
})

test('a run that is stopped while clips are decoded says so too', async () => {
  const controller = new AbortController()
  const onProgress: EvaluateOptions['onProgress'] = (event) => {
    if (event.kind === 'clip' && event.done === 2) setTimeout(() => controller.abort(), 5)
  }
  const stopping = evaluate(options('decoding', { signal: controller.signal, onProgress }))
  await expect(stopping).rejects.toMatchObject({ name: 'KinemetricError', code: 'aborted' })
})

test('an unfinished run of other inputs is not mixed in: an error that names them, or a restart', async () => {
  const stop = async (out: string) => {
    const controller = new AbortController()
    const onProgress: EvaluateOptions['onProgress'] = (event) => {
      if (event.kind === 'clip' && event.done === 3) controller.abort()
    }
    await evaluate(options(out, { signal: controller.signal, onProgress })).catch(() => undefined)
  }
  await stop('other')
  const how: Partial<EvaluateOptions> = { metrics: ['psnr', 'endpoint-error'], tracker: 'lucas-kanade' }
  const other = options('other', { ...how, reference: few })
  await expect(evaluate(other)).rejects.toMatchObject({
    code: 'other-inputs',
    message: expect.stringMatching(/found other needs;/),
  })
  const { run } = await evaluate({ ...other, restart: true })
  expect(run.clips.resumed).toBe(0)
})

test('a journal knows no list of metrics: fewer of them go on with what was measured, more measure the clips again', async () => {
  const stop = async (out: string, more: Partial<EvaluateOptions>) => {
    const controller = new AbortController()
    const onProgress: EvaluateOptions['onProgress'] = (event) => {
      if (event.kind === 'clip' && event.done === 3) controller.abort()
    }
    await evaluate(options(out, { ...more, signal: controller.signal, onProgress })).catch(() => undefined)
  }
  await stop('fewer', { metrics: ['psnr', 'ssim'] })
  const fewer = await evaluate(options('fewer', { metrics: ['psnr'] }))
  expect(fewer.run.clips.resumed).toBe(3)
  expect(fewer.record.scores.map(({ metric }) => metric)).toEqual(['psnr'])
  await stop('more', { metrics: ['psnr'] })
  const more = await evaluate(options('more', { metrics: ['psnr', 'ssim'] }))
  expect(more.run.clips.resumed).toBe(0)
  expect(more.record.scores.map(({ n }) => n)).toEqual([fewer.record.scores[0].n, fewer.record.scores[0].n])
})

test('a clip that was generated again after the kill is scored again', async () => {
  const controller = new AbortController()
  const onProgress: EvaluateOptions['onProgress'] = (event) => {
    if (event.kind === 'clip' && event.done === 3) controller.abort()
  }
  await evaluate(options('regenerated', { signal: controller.signal, onProgress })).catch(() => undefined)
  const journal = join(results('regenerated'), '.method.journal.jsonl')
  const lines = (await readFile(journal, 'utf8')).split('\n')
  const other = lines[1].replace(/"stamp":"[0-9a-f]{8}/, '"stamp":"00000000').replace(/,"sum":"\w+"\}$/, '')
  await writeFile(journal, [lines[0], `${other}${sumField(`${other}}`)}`, ...lines.slice(2)].join('\n'))
  expect((await evaluate(options('regenerated'))).run.clips.resumed).toBe(2)
  expect(await contents('regenerated')).toEqual(whole)
})

test('a run killed between its record and the end of its journal can be run again, without overwriting being asked for', async () => {
  const controller = new AbortController()
  const onProgress: EvaluateOptions['onProgress'] = (event) => {
    if (event.kind === 'clip' && event.done === 11) controller.abort()
  }
  await evaluate(options('late', { signal: controller.signal, onProgress })).catch(() => undefined)
  await writeFile(join(results('late'), 'method.json'), Buffer.from(whole['method.json'], 'base64'))
  expect((await evaluate(options('late'))).run.clips.resumed).toBe(11)
  expect(await contents('late')).toEqual(whole)
  await expect(evaluate(options('late'))).rejects.toMatchObject({ code: 'record-exists' })
})
