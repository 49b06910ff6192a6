// Writes a made-up results folder of any size, for builds of the site and tables at the size of the papers' benchmarks: records, per-clip tables, hashes,
// labels and comparisons, by the project's own writers. Plausible in shape, meaningless in content: never results.
// node bench/large-results.ts OUT [--methods 8] [--clips 8667] [--curves 4]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareResults } from '@kinemetric/evaluation'
import { hashBytes, jsonLine, writeWhole } from '@kinemetric/files'
import { hallInterval, metricCatalogue, seededRandom, signature } from '@kinemetric/metrics'
import {
  codeVersion,
  describeMachine,
  type KinemetricRecord,
  labelsPath,
  recordPaths,
  type Score,
  type TableRow,
  writeLabels,
  writeRecord,
  writeTable,
} from '@kinemetric/records'

const protocol = {
  id: 'large-256x384',
  version: 1,
  title: 'Made-up clips, 256×384',
  frames: 14,
  excludedFrames: [0],
  size: [256, 384] as [number, number],
  digest: hashBytes('large-256x384'),
}

/** Nine columns. `spread` is the range in which values lie. */
const columns = [
  { metric: 'psnr', recipe: 'frame-mean', spread: [8, 48] },
  { metric: 'ssim', recipe: 'gaussian-valid', spread: [0, 1] },
  { metric: 'lpips', recipe: 'alex', spread: [0, 1] },
  { metric: 'endpoint-error', recipe: 'all-points', spread: [0, 80] },
  { metric: 'motion-fidelity', recipe: 'interdyn', spread: [0, 1] },
  { metric: 'tapvid-delta', recipe: 'tapvid-256', spread: [0, 1] },
  { metric: 'ms-ssim', recipe: 'wang-2003', spread: [0, 1] },
  { metric: 'ssim', recipe: 'uniform-7', spread: [0, 1] },
  { metric: 'lpips', recipe: 'vgg', spread: [0, 1] },
] as const

const names = 'interdyn coshand-auto coshand-independent dynamicrafter seer svd-base flow-warp static'.split(' ')
const verbs = 'Pushing Pulling Lifting Dropping Tipping Rolling Squeezing Folding Pouring Spinning'.split(' ')
const ways = ['from left to right', 'off of something', 'onto something', 'so that it falls over', 'behind something']
const things = 'cup bottle book ball box pen spoon phone cushion can remote'.split(' ')
const classes = verbs.flatMap((verb) => ways.map((way) => ({ verb, way })))

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    methods: { type: 'string', default: '8' },
    clips: { type: 'string', default: '8667' },
    curves: { type: 'string', default: '4' },
  },
})
const [out] = positionals
const [methods, clips, curves] = [flags.methods, flags.clips, flags.curves].map(wholeNumber)
if (out === undefined) throw new Error('expected a folder to write to; found none')

/** A clip as all methods share it. */
interface MadeClip {
  id: string
  /** How hard it is, about −2 to 2. */
  hard: number
  class: number
}

mkdirSync(join(out, protocol.id), { recursive: true })
const made = await madeClips()
const code = await codeVersion()
for (let method = 0; method < methods; method++) {
  await writeMethod(method)
  console.log(`${methodId(method)}: ${clips} clips`)
}
await compare()

async function madeClips(): Promise<MadeClip[]> {
  const random = seededRandom(1)
  let id = 1000
  const all = Array.from({ length: clips }, (): MadeClip => {
    id += 1 + Math.floor(25 * random.next())
    return { id: String(id), hard: random.normal(), class: Math.floor(random.next() ** 1.6 * classes.length) }
  })
  const labels = all.map(({ id, class: at }) => {
    const { verb, way } = classes[at]
    const thing = things[Math.floor(things.length * random.next())]
    return { clip: id, label: `${verb} a ${thing} ${way}`, class: `${verb} [something] ${way}` }
  })
  await writeLabels(labelsPath(join(out, protocol.id)), labels)
  return all
}

/** A method's record, table and hashes. Every 250th clip of the fourth method failed. */
async function writeMethod(method: number): Promise<void> {
  const id = methodId(method)
  const random = seededRandom(100 + method)
  const rows: TableRow[] = []
  const values = columns.map(() => new Float64Array(clips).fill(Number.NaN))
  const failures: KinemetricRecord['failures'] = []
  const hashes: string[] = []
  const framesOf: Record<'generated' | 'reference', string[]> = { generated: [], reference: [] }
  for (const [at, clip] of made.entries()) {
    if (method === 3 && at % 250 === 249) {
      failures.push({ clip: clip.id, reason: 'truncated', message: `expected 14 frames, found 9 in ${clip.id}.mp4` })
      continue
    }
    const skill = (methods - method) * 0.12 + 0.25 * Math.sin(method * 3 + clip.class) + 0.5 * random.normal()
    for (const [column, { recipe, metric, spread }] of columns.entries()) {
      const better = specOf(metric).better === 'higher' ? 1 : -1
      const z = better * (0.7 * clip.hard + 0.8 * skill + 0.4 * random.normal())
      const centre = spread[0] + (spread[1] - spread[0]) * (0.1 + 0.85 / (1 + Math.exp(-0.9 * z)))
      const shown = recipeOf(metric, recipe)
      if (column >= curves) {
        values[column][at] = centre
        rows.push({ clip: clip.id, frame: -1, metric, recipe: shown, value: centre })
        continue
      }
      let sum = 0
      for (let frame = 1; frame < protocol.frames; frame++) {
        const drift = -better * 0.08 * (frame / protocol.frames - 0.5) + 0.005 * random.normal()
        const value = centre + (spread[1] - spread[0]) * drift
        sum += value
        rows.push({ clip: clip.id, frame, metric, recipe: shown, value })
      }
      values[column][at] = sum / (protocol.frames - 1)
      rows.push({ clip: clip.id, frame: -1, metric, recipe: shown, value: values[column][at] })
    }
    const [generated, reference] = [`${id} ${clip.id}`, `reference ${clip.id}`].map((text) => hashBytes(text))
    hashes.push(`${jsonLine({ clip: clip.id, generated, reference, frames: protocol.frames })}\n`)
    framesOf.generated.push(`${clip.id} ${generated}\n`)
    framesOf.reference.push(`${clip.id} ${reference}\n`)
  }
  const paths = recordPaths(out, protocol.id, id)
  await writeTable(paths.table, rows, { overwrite: true })
  await writeWhole(paths.hashes, hashes.join(''))
  await writeRecord(paths.record, recordOf(method, values, failures, framesOf), { overwrite: true })
}

function recordOf(
  method: number,
  values: readonly Float64Array[],
  failures: KinemetricRecord['failures'],
  framesOf: Readonly<Record<'generated' | 'reference', readonly string[]>>,
): KinemetricRecord {
  const id = methodId(method)
  return {
    schema: 'kinemetric/record@1',
    kind: 'measurement',
    protocol,
    method: { id, name: id, trivial: id === 'static' },
    scores: columns.map((column, at) => scoreOf(column, values[at])),
    failures,
    clips: {
      total: clips,
      scored: clips - failures.length,
      failed: failures.length,
      table: `${id}.parquet`,
      hashes: `${id}.hashes.jsonl`,
    },
    provenance: {
      code,
      weights: [],
      frames: { generated: digestOf(framesOf.generated), reference: digestOf(framesOf.reference) },
      manifest: hashBytes(protocol.id),
      decoder: { name: 'none', version: 'made up' },
      provider: 'cpu',
      machine: describeMachine(null),
    },
  }
}

function scoreOf({ metric, recipe }: (typeof columns)[number], values: Float64Array): Score {
  const spec = specOf(metric)
  const { label, unit, better, range } = spec
  const known = values.filter((value) => !Number.isNaN(value))
  const { mean, interval } = hallInterval(known, { range })
  return {
    metric,
    recipe: recipeOf(metric, recipe),
    value: mean,
    label,
    unit,
    better,
    n: known.length,
    interval,
    signature: signature(spec, recipe, { size: '256x384', scored: '1-13' }),
  }
}

/** As a record has it: over the sorted lines. */
function digestOf(lines: readonly string[]): string {
  return hashBytes(lines.toSorted().join(''))
}

/** As the command would; where sign flips of so many clips take hours, as far as a table waits for them. */
async function compare(): Promise<void> {
  await compareResults(out, { atOnce: clips > 20_000 || methods > 20, onWarning: (text) => console.log(text) })
}

function specOf(metric: string) {
  return metricCatalogue.find(({ id }) => id === metric)!
}

/** Motion metrics name their tracker. */
function recipeOf(metric: string, recipe: string): string {
  return ['endpoint-error', 'motion-fidelity', 'tapvid-delta'].includes(metric)
    ? `${recipe}/tracker:cotracker3-offline`
    : recipe
}

function methodId(method: number): string {
  return names[method] ?? `method-${method + 1}`
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`expected a whole number from 1, found ${text}`)
  return number
}
