// The main job end to end: a small physics benchmark made on the spot, three baselines that are wrong in three ways,
// their scores, the table and the site. Everything goes to demo/ (--out elsewhere); --clips N, --seed N, --keep.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { compareResults, evaluate } from '@kinemetric/evaluation'
import { prepare, readManifest } from '@kinemetric/benchmark'
import { readRecords } from '@kinemetric/records'
import { buildSite, renderTable } from '@kinemetric/report'
import { findMethod, runMethod } from '@kinemetric/runners'
import { thumbnailStrip } from '@kinemetric/video'
import { makePhysicsBenchmark } from '@kinemetric/physics'
import { siteKnowledge } from '../packages/cli/src/options/benchmark/site-knowledge.ts'

const root = join(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'demo') },
    clips: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run demo -- [--out folder] [--clips 8] [--seed 1] [--keep: go on with what an earlier demo left]')
  process.exit(0)
}
const out = values.out
const clips = Number(values.clips)
if (!Number.isInteger(clips) || clips < 1) {
  console.error(`error: --clips: expected a whole number from 1, found ${values.clips}`)
  process.exit(2)
}

// A development machine has some real weights beside the checkout; users have theirs in KINEMETRIC_WEIGHTS or the cache.
const developmentWeights = join(root, '..', 'shared', 'weights')
if (existsSync(developmentWeights)) {
  process.env.KINEMETRIC_WEIGHTS = [process.env.KINEMETRIC_WEIGHTS, developmentWeights].filter(Boolean).join(delimiter)
}

const begun = performance.now()
const seconds = () => ((performance.now() - begun) / 1000).toFixed(1).padStart(6)
const say = (text: string) => console.log(`${seconds()} s  ${text}`)

if (!values.keep) {
  for (const part of ['dataset', 'prepared', 'generated', 'results', 'site'])
    await rm(join(out, part), { recursive: true, force: true })
}
say(`making ${clips} physics clips (seed ${values.seed})`)
await makePhysicsBenchmark(join(out, 'dataset'), { clips, seed: Number(values.seed) })
const preparation = await prepare({
  adapter: 'physics',
  dataset: join(out, 'dataset'),
  protocol: 'physics-256x384',
  out: join(out, 'prepared'),
})
for (const { clip, message } of preparation.failures) console.error(`failed: ${clip}: ${message}`)
const manifest = await readManifest(preparation.manifest)

const methods = ['static', 'driver-only', 'blurred-reference']
for (const name of methods) {
  say(`running ${name}`)
  const result = await runMethod({ method: await findMethod(name), manifest, out: join(out, 'generated', name) })
  for (const { clip, message } of result.failures) console.error(`failed: ${clip}: ${message}`)
}

const scoringBegun = performance.now()
let failed = 0
for (const name of methods) {
  say(`scoring ${name}`)
  const { record } = await evaluate({
    reference: { manifest: preparation.manifest },
    generated: join(out, 'generated', name),
    out: join(out, 'results'),
    metrics: 'all',
    // Lucas-Kanade whatever weights are there: the demo's table is the same on every machine, and quick.
    tracker: 'lucas-kanade',
    cache: join(out, 'cache'),
    threads: availableParallelism(),
    previews: true,
    overwrite: values.keep,
  })
  failed += record.failures.length
}
say('comparing the methods')
const comparisons = await compareResults(join(out, 'results'), { cache: join(out, 'cache'), onWarning: console.error })
say('building the site')
const site = await buildSite(join(out, 'results'), join(out, 'site'), {
  ...siteKnowledge,
  title: 'kinemetric demo: three ways to be wrong',
  thumbnails: thumbnailStrip,
  comparisons: () => Promise.resolve(comparisons),
})
const collection = await readRecords(join(out, 'results'))
const table = renderTable(
  collection.records.map((stored) => stored.record),
  [],
  {
    format: 'terminal',
    comparisons,
    color: process.stdout.isTTY && !process.env.NO_COLOR,
    width: process.stdout.columns,
  },
)
console.log(`\n${table}\n`)
for (const warning of site.warnings) console.log(`note: ${warning}`)
const shown = (path: string) => relative(process.cwd(), path) || '.'
console.log(`scoring and report: ${((performance.now() - scoringBegun) / 1000).toFixed(1)} s`)
console.log(`records: ${shown(join(out, 'results'))}`)
console.log(
  `site:    open ${shown(site.index)} in a browser, or: npx kinemetric report serve ${shown(join(out, 'site'))}`,
)
process.exitCode = failed > 0 || preparation.failures.length > 0 ? 1 : 0
