// Scoring the 29 real clips (PSNR, SSIM, LPIPS-alex) with `kinemetric score` from an empty cache against the same in Python (PyAV, Pillow, scikit-image, lpips), whole
// commands in turns: the median ratio on the clock, of one method and of eight in one pass.
//
// Run: KINEMETRIC_PYTHON=/path/to/python node bench/score-peer.ts [rounds] [methods …, or `eight` for all in one pass]
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readManifest } from '@kinemetric/benchmark'
import { prepareRealClips } from './evaluate/real-clips.ts'
import { timedCommand, timedKinemetric, type Took } from './evaluate/timed-command.ts'
import { hasShared, sharedPath } from '../test/shared.ts'
import { eightMethods } from './evaluate/eight-methods.ts'

const rounds = Number(process.argv[2] ?? 3)
const given = process.argv.slice(3)
const asked = given.length > 0 ? given : ['blurred-reference', 'static', 'eight']
const python = process.env.KINEMETRIC_PYTHON

interface Pair {
  generated: string[]
  reference: string
  first: number
  count: number
}

if (!hasShared('data', 'interdyn-examples') || !hasShared('weights')) console.log('no real clips or weights: left out')
else if (python === undefined)
  console.log('no peer: set KINEMETRIC_PYTHON to a Python with torch, lpips, scikit-image and av')
else await compare(python)

async function compare(peer: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-peer-'))
  try {
    const manifest = await prepareRealClips(folder)
    const generated = new Map<string, string>()
    for (const { id, words } of eightMethods) {
      const out = join(folder, id)
      if (asked.includes('eight') || asked.includes(id)) {
        await timedKinemetric('run', ...words, '--manifest', manifest, '--out', out, '--quiet')
        generated.set(id, out)
      }
    }
    console.log(`${cpus()[0].model}; node ${process.version}`)
    const all = [...generated.keys()]
    const sets = asked.map((id) => (id === 'eight' ? all : [id]))
    for (const ids of sets) await turns(peer, folder, manifest, new Map(ids.map((id) => [id, generated.get(id)!])))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** One set of methods: ours, the peer with two processes of one thread, the peer with one process of two threads. */
async function turns(peer: string, folder: string, manifest: string, generated: Map<string, string>): Promise<void> {
  const pairs = join(folder, 'pairs.json')
  await writeFile(pairs, JSON.stringify(await pairsOf(manifest, [...generated.values()])))
  const ratios: { processes: number[]; threads: number[] } = { processes: [], threads: [] }
  for (let round = 0; round < rounds; round++) {
    const own = await ours(join(folder, `scores-${generated.size}-${round}`), manifest, generated)
    const processes = await scoredByPeer(peer, 2, 1, pairs)
    const threads = await scoredByPeer(peer, 1, 2, pairs)
    ratios.processes.push(processes.wall / own.wall)
    ratios.threads.push(threads.wall / own.wall)
    console.log(
      `${name(generated)}, round ${round + 1}: ours ${own.wall.toFixed(1)} s (processor ${own.processor.toFixed(1)}); Python with two processes ${processes.wall.toFixed(1)} s (${processes.processor.toFixed(1)}; imports ${processes.imports.toFixed(1)}), with two threads ${threads.wall.toFixed(1)} s (${threads.processor.toFixed(1)})`,
    )
    if (round === 0)
      await agree(join(folder, `scores-${generated.size}-${round}`), [...generated.keys()], processes.scores)
  }
  console.log(
    `${name(generated)}: median ratio ${median(ratios.processes).toFixed(2)} to two processes, ${median(ratios.threads).toFixed(2)} to two threads`,
  )
}

function name(generated: Map<string, string>): string {
  return generated.size === 1 ? [...generated.keys()][0] : `${generated.size} methods in one pass`
}

async function pairsOf(manifest: string, folders: readonly string[]): Promise<Pair[]> {
  const { clips, root } = await readManifest(manifest)
  return clips.map(({ id, reference, window }) => ({
    generated: folders.map((each) => join(each, id, 's0')),
    reference: join(root, reference?.path ?? ''),
    first: 1,
    count: window.count - 1,
  }))
}

function ours(out: string, manifest: string, generated: Map<string, string>): Promise<Took> {
  const folders = [...generated].flatMap(([id, each]) => ['--generated', `${id}=${each}`])
  return timedKinemetric(
    'score',
    '--manifest',
    manifest,
    ...folders,
    '--out',
    out,
    '--metrics',
    'psnr,ssim,lpips:alex',
    '--weights',
    sharedPath('weights'),
    '--cache',
    `${out}-cache`,
    '--quiet',
    '--json',
  )
}

async function scoredByPeer(peer: string, processes: number, threads: number, pairs: string) {
  const script = join(import.meta.dirname, 'peers', 'score_frames.py')
  const took = await timedCommand(peer, [script, String(processes), String(threads), sharedPath('weights'), pairs])
  const said: { imports: number; scores: number[][][] } = JSON.parse(took.out)
  return { ...took, ...said }
}

/** Means over clips of both sides: they measure the same. */
async function agree(
  out: string,
  ids: readonly string[],
  scores: readonly (readonly (readonly number[])[])[],
): Promise<void> {
  for (const [m, id] of ids.entries()) {
    const record: { scores: { metric: string; value: number }[] } = JSON.parse(
      await readFile(join(out, 'interdyn-256x384', `${id}.json`), 'utf8'),
    )
    const own = ['psnr', 'ssim', 'lpips'].map((metric) => record.scores.find((score) => score.metric === metric)?.value)
    const theirs = [0, 1, 2].map((k) => scores.reduce((sum, clip) => sum + clip[m][k], 0) / scores.length)
    console.log(`  ${id}: psnr, ssim, lpips ours ${own.join(', ')}; Python ${theirs.join(', ')}`)
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
