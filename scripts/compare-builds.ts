// Whether two builds of kinemetric give the same numbers: node scripts/compare-builds.ts OLD NEW
// Each is a checkout that is set up, or a commit, which is checked out and set up in a temporary folder. Both run the demo and, where ../shared has them,
// the 29 clips of InterDyn, and score distributions of features with made-up weights; then what they wrote, their tables and what --help says are compared. Exit code 0 where nothing differs but what was meant to.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { writeTorchZip } from '@kinemetric/networks'
import { i3dTensors } from '../packages/networks/src/models/i3d/tensors.ts'
import { inceptionTensors } from '../packages/networks/src/models/inception/tensors.ts'
import { formulaTensors } from '../packages/networks/test/formula-weights.ts'
import { sharedPath } from '../test/shared.ts'
import { compareFolders, type Difference } from './compare-folders.ts'

/** Differences between the layout before version 0.2 and today's that were meant, by their places, each with its reason. */
const meant: readonly { readonly place: RegExp; readonly reason: string }[] = [
  { place: /\.json .*\.label(\.|$)/, reason: 'labels of metrics travel with their scores' },
  { place: /(leaderboard|table)\.json .* order$/, reason: 'columns stand in the order of the record' },
  { place: /\/clips\/index\.html /, reason: 'the list of clips begins with the first metric of the record' },
  { place: /\/site\/assets\/\w+\.js /, reason: "the site's scripts were put in order; browser tests say what they do" },
  {
    place: /\/run\.json method\.(weights|presets|capabilities\.\w+|output\.includesInputFrame|output order)$/,
    reason: 'a method says what it must have of a clip (`assets`, the `reference`); what nothing read is gone',
  },
  { place: /^text\/help track\.txt /, reason: 'a tracker has one name, cotracker3-offline' },
  { place: /^text\/help report serve\.txt /, reason: 'every command has --json' },
  { place: /^text\/help run\.txt /, reason: 'a device is one that the method lists' },
  { place: /^text\/help score\.txt /, reason: 'ms-ssim is new' },
  { place: /^text\/metrics\.json (ms-ssim|order)$/, reason: 'ms-ssim is new' },
  { place: /^text\/metrics\.json [\w-]+\.(aligned|needs)$/, reason: 'a metric is one object, and says so of itself' },
  {
    place:
      /^text\/metrics\.json [\w-]+\.recipes\.[\w.-]+\.(needs|ddof|unrootedBelow|single|estimator|subsets|subsetSize|shortfall|draws|scale)$/,
    reason: 'what a recipe takes stands in its settings, once',
  },
]

const root = join(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    clips: { type: 'string', default: '3' },
    compare: { type: 'boolean', default: false },
    'keep-old': { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    'other-cpu': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help || positionals.length !== 2) {
  console.log(`node scripts/compare-builds.ts OLD NEW
OLD, NEW: a checkout that is set up, or a commit
--clips 3       clips of the demo
--out folder    keep there what both wrote
--keep-old      take what OLD wrote to --out at an earlier time
--compare       compare only, what both wrote at an earlier time
--all           tell the place of each difference that was meant
--other-cpu     it was made on CPUs of two types: networks may differ in their last digits`)
  process.exit(values.help ? 0 : 2)
}

const out = resolve(values.out ?? mkdtempSync(join(tmpdir(), 'kinemetric-compare-')))
const temporary: (() => void)[] = []
if (values.out === undefined) temporary.push(() => rmSync(out, { recursive: true, force: true }))

/** Networks of features with made-up weights: the arithmetic is that of the real ones, which most machines do not have. */
const madeUpWeights = { inception: join(out, 'inception.pth'), i3d: join(out, 'i3d.pt') }

/** A checkout at a commit, set up. */
function checkOut(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kinemetric-build-'))
  temporary.push(() => run(root, 'git', ['worktree', 'remove', '--force', folder]))
  run(root, 'git', ['worktree', 'add', '--quiet', '--detach', folder, commit])
  run(folder, process.execPath, ['scripts/setup.mjs'])
  return folder
}

/** What a program printed. Its own Node comes first in the path, and weights, commit and cache are the same for both builds. */
function run(folder: string, command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: {
      ...process.env,
      PATH: `${join(folder, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
      KINEMETRIC_COMMIT: 'comparison',
      KINEMETRIC_WEIGHTS: process.env.KINEMETRIC_WEIGHTS ?? sharedPath('weights'),
      KINEMETRIC_CACHE: join(out, 'no-cache'),
      NO_COLOR: '1',
      COLUMNS: '120',
    },
  })
  if (result.status === 0) return result.stdout
  throw new Error(`${command} ${args.join(' ')} in ${folder}: ${result.error?.message ?? result.stderr}`)
}

/** Everything that a build is asked for, into one folder. */
function produce(build: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'text'), { recursive: true })
  const kinemetric = (...args: string[]) => run(build, 'kinemetric', args)
  const keep = (name: string, text: string) =>
    writeFileSync(join(folder, 'text', name), text.replaceAll(build, '<build>'))
  console.log(`${build}: the demo`)
  run(build, 'node', ['scripts/demo.ts', '--clips', values.clips, '--out', join(folder, 'demo')])
  const examples = sharedPath('data', 'interdyn-examples')
  if (existsSync(examples)) {
    console.log(`${build}: the 29 clips`)
    const [prepared, generated] = [join(folder, '29', 'prepared'), join(folder, '29', 'generated', 'static')]
    const manifest = join(prepared, 'manifest.jsonl')
    kinemetric('prepare', 'interdyn-examples', examples, '--protocol', 'interdyn-256x384', '--out', prepared)
    kinemetric('run', 'static', '--manifest', manifest, '--out', generated)
    const sides = ['--manifest', manifest, '--generated', generated, '--out', join(folder, '29', 'results')]
    const how = ['--metrics', 'all', '--tracker', 'lucas-kanade', '--cache', join(folder, '29', 'cache')]
    kinemetric('score', ...sides, ...how)
  }
  console.log(`${build}: distributions of features`)
  const checkpoints = Object.entries(madeUpWeights).flatMap(([id, file]) => ['--checkpoint', `${id}=${file}`])
  const results = join(folder, 'features', 'results')
  const scoring = ['--metrics', 'fid,kid,fvd,kvd', '--unverified', '--cache', join(folder, 'features', 'cache')]
  for (const method of ['static', 'blurred-reference']) {
    const generated = join(folder, 'demo', 'generated', method)
    const sides = ['--manifest', join(folder, 'demo', 'prepared', 'manifest.jsonl'), '--generated', generated]
    const compared = method === 'static' ? [] : ['--compare', 'static']
    kinemetric('score', ...sides, '--out', results, ...scoring, ...checkpoints, ...compared)
  }
  console.log(`${build}: tables and --help`)
  const formats = { terminal: 'terminal.md', markdown: 'md', latex: 'tex', csv: 'csv', json: 'json' }
  for (const [format, ending] of Object.entries(formats))
    keep(`table.${ending}`, kinemetric('table', 'results', '--format', format))
  keep('metrics.json', kinemetric('metrics', '--json'))
  for (const command of ['', ...commandsOf(kinemetric('--help'))]) {
    const help = kinemetric(...command.split(' ').filter(Boolean), '--help')
    keep(`help ${command}.txt`, help)
    if (command !== '')
      for (const sub of commandsOf(help)) keep(`help ${command} ${sub}.txt`, kinemetric(command, sub, '--help'))
  }
}

/** The commands that a help text lists, but for `help` itself. */
function commandsOf(help: string): string[] {
  const list = help.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? ''
  return [...list.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name).filter((name) => name !== 'help')
}

/** Prints every difference that was not meant, and of those that were each reason with how many there are. @returns how many were not meant */
function tell(differences: readonly Difference[]): number {
  const reasons = Map.groupBy(differences, (each) => meant.find(({ place }) => place.test(each.place))?.reason)
  const unmeant = reasons.get(undefined) ?? []
  for (const [reason, [first, ...more]] of reasons) {
    if (reason === undefined) continue
    console.log(`meant   ${reason}: ${first.place}${more.length === 0 ? '' : ` and ${more.length} more`}`)
    if (values.all) for (const { place } of more) console.log(`          ${place}`)
  }
  for (const each of unmeant)
    console.log(`DIFFERS ${each.place}\n          old: ${each.old}\n          new: ${each.new}`)
  return unmeant.length
}

try {
  const [old, other] = [join(out, 'old'), join(out, 'new')]
  if (!values.compare) {
    await writeTorchZip(madeUpWeights.inception, formulaTensors(inceptionTensors('pytorch-fid')))
    await writeTorchZip(madeUpWeights.i3d, formulaTensors(i3dTensors('pytorch-i3d')))
    for (const [asked, folder] of [
      [positionals[0], old],
      [positionals[1], other],
    ] as const)
      if (folder !== old || !values['keep-old'] || !existsSync(old))
        produce(existsSync(join(asked, 'package.json')) ? resolve(asked) : checkOut(asked), folder)
  }
  const differences = await compareFolders(old, other, values['other-cpu'])
  const unmeant = tell(differences)
  console.log(`${differences.length} differences, ${unmeant} of them not meant`)
  process.exitCode = unmeant === 0 ? 0 : 1
} finally {
  for (const clean of temporary) clean()
}
