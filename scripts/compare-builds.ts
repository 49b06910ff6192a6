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
  { place: /\.json scores\.\d+\.label(\.|$)/, reason: 'labels of metrics travel with their scores' },
  { place: /^text\/help track\.txt /, reason: 'a tracker has one name, cotracker3-offline' },
]

const root = join(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    clips: { type: 'string', default: '3' },
    compare: { type: 'boolean', default: false },
    'keep-old': { type: 'boolean', default: false },
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

/** Prints differences, those of one kind (but for numbers in their places) together. @returns how many were not meant */
function tell(differences: readonly Difference[]): number {
  const kinds = Map.groupBy(differences, ({ place }) => place.replace(/\d+/g, '#'))
  let unmeant = 0
  for (const [, [first, ...more]] of kinds) {
    const reason = meant.find(({ place }) => place.test(first.place))?.reason
    if (reason === undefined) unmeant += 1 + more.length
    const times = more.length === 0 ? '' : ` (and ${more.length} more like it)`
    console.log(
      `${reason === undefined ? 'DIFFERS' : 'meant  '} ${first.place}${times}${reason === undefined ? '' : `: ${reason}`}`,
    )
    console.log(`          old: ${first.old}\n          new: ${first.new}`)
  }
  return unmeant
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
