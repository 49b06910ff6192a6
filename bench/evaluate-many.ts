// Very many tiny clips (3 frames of 16×16, PSNR and SSIM): peak memory beside that of 1,000, how long a run takes that was finished but for one clip, and how long 64
// shards take to merge. Each step is a process of its own. Numbers of clips may be given: `node bench/evaluate-many.ts 1000 100000` (half an hour); `--keep FOLDER`
// works there and leaves it. The clips are five, again and again under other names.
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EvaluateMethodsOptions, evaluateMethods, measureShard, mergeShards } from '@kinemetric/evaluation'
import { manyClips, tinyProtocol } from './evaluate/many-clips.ts'
import { splitShard } from './evaluate/split-shard.ts'

const SHARDS = 64
const args = process.argv.slice(2)

interface Ask {
  step: 'shard' | 'one-pass' | 'merge'
  manifest: string
  generated: string
  out: string
  /** Ends after so many clips. */
  until?: number
  jobs?: number
}

if (args[0] === '--child') await child(JSON.parse(args[1]))
else await parent()

async function child(ask: Ask): Promise<void> {
  const begun = performance.now()
  const stopping = new AbortController()
  let firstMs: number | undefined
  const options: EvaluateMethodsOptions = {
    reference: { manifest: ask.manifest },
    protocol: tinyProtocol,
    methods: [{ generated: ask.generated, method: { id: 'many' } }],
    metrics: ['psnr', 'ssim'],
    out: ask.out,
    cache: false,
    jobs: ask.jobs ?? 1,
    signal: stopping.signal,
    onProgress: (event) => {
      if (event.kind === 'start') firstMs = performance.now() - begun
      if (event.kind === 'clip' && event.done === ask.until) stopping.abort()
    },
  }
  if (ask.step === 'merge') await mergeShards({ folders: [ask.out], overwrite: true })
  else
    await (
      ask.step === 'shard' ? measureShard({ ...options, shard: { index: 1, count: 1 } }) : evaluateMethods(options)
    ).catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error
    })
  const peakMiB = process.resourceUsage().maxRSS / 1024
  console.log(JSON.stringify({ ms: performance.now() - begun, firstMs, peakMiB }))
}

function step(label: string, ask: Ask): { ms: number; peakMiB: number } {
  const done = spawnSync(process.execPath, [import.meta.filename, '--child', JSON.stringify(ask)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    // A journal goes on with the same commit alone, which may change meanwhile.
    env: { ...process.env, KINEMETRIC_COMMIT: 'bench' },
  })
  if (done.status !== 0) throw new Error(`${label} ended with ${done.status ?? done.signal}`)
  const { ms, firstMs, peakMiB }: { ms: number; firstMs?: number; peakMiB: number } = JSON.parse(done.stdout)
  const first = firstMs === undefined ? '' : `, ${(firstMs / 1000).toFixed(1)} s before the first clip`
  console.log(`  ${label}: ${(ms / 1000).toFixed(1)} s${first}, peak ${peakMiB.toFixed(0)} MiB`)
  return { ms, peakMiB }
}

async function parent(): Promise<void> {
  const at = args.indexOf('--keep')
  const kept = at < 0 ? undefined : args[at + 1]
  const counts = args.map(Number).filter((count) => count > 0)
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'kinemetric-many-')))
  await mkdir(folder, { recursive: true })
  try {
    const peaks: number[] = []
    for (const count of counts.length > 0 ? counts : [1000, 10_000]) {
      const input = await manyClips(folder, count)
      console.log(`${count} clips`)
      const out = join(folder, `out-${count}`)
      const whole = join(folder, `whole-${count}`)
      const shard: Ask = { ...input, out, step: 'shard' }
      // All but the last, and then the last.
      const measured = step('measured, but for one', { ...shard, until: count - 1 })
      step('the rest of the shard', shard)
      const pass: Ask = { ...input, out: whole, step: 'one-pass' }
      await splitShard(out, whole, { count: 1, lacking: 1 })
      const resumed = step('the rest of one pass, with its record', pass)
      await splitShard(out, join(folder, `split-${count}`), { count: SHARDS, lacking: 0 })
      const merged = step(`merge of ${SHARDS} shards`, { ...pass, out: join(folder, `split-${count}`), step: 'merge' })
      peaks.push(Math.max(measured.peakMiB, resumed.peakMiB, merged.peakMiB))
      const { size } = await stat(join(whole, tinyProtocol.identity.id, 'many.parquet'))
      console.log(`  the table has ${(size / 2 ** 20).toFixed(1)} MiB`)
    }
    console.log(`largest / smallest peak: ${(Math.max(...peaks) / Math.min(...peaks)).toFixed(3)}`)
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true, force: true })
  }
}
