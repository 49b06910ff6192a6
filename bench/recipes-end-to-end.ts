// FID, KID, FVD and KVD of 29 real clips under each recipe, against its own library end to end: their files, their resize, their
// network, their distance. Both sides have the same formula weights (values of a formula; batch norm scales are 1, as in the official
// files, since NVIDIA's and TensorFlow's have no place for them): the real ones are not at hand, and a network that computes the
// same for any weights computes it for those.
//
// Needs the 29 clips and KINEMETRIC_PYTHON (a Python with what bench/peers/recipes/score_fid.py and score_fvd.py name). Left out, and said so,
// without: KINEMETRIC_PYTHON_TENSORFLOW (score_fvd_tensorflow.py) and KINEMETRIC_PEERS, a folder with checkouts of stylegan-v,
// common_metrics_on_video_quality, VideoGPT, digan, LVDM, SeerVideoLDM, MMD-GAN and kinetics_i3d_pytorch, and torchmetrics-1.7.
// Arguments: parts of recipes' names, like `fvd/`; none for all.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare } from '@kinemetric/benchmark'
import {
  type FeatureMatrix,
  fid,
  findDistance,
  findRecipe,
  formatNpz,
  fvd,
  kid,
  kvd,
  subsetMmds,
  unbiasedMmd,
} from '@kinemetric/metrics'
import { type FeatureExtractor, featureNeedKey, openNetwork, writeTorchZip } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import ndarray from 'ndarray'
import { openReferences } from '../packages/evaluation/src/references/open-references.ts'
import { readReference } from '../packages/evaluation/src/references/reference-clips.ts'
import { npyHeader } from '../packages/metrics/src/interchange/npy.ts'
import { NumpyRandomState } from '../packages/metrics/src/intervals/numpy-random.ts'
import { formulaTensors } from '../packages/networks/test/formula-weights.ts'
import { sharedPath } from '../test/shared.ts'

type Pair = { generated: FeatureMatrix; reference: FeatureMatrix }
interface Answer {
  recipe: string
  by: string
  value?: number
  error?: string
}

/** Rows of a subset of torch-fidelity's KID: its 1,000 are more than the 377 frames. */
const SUBSET = 100
/** Relative difference that a recipe may have from its library. */
const BOUND = 1e-4
const words = process.argv.slice(2)
const wanted = (recipe: string): boolean => words.length === 0 || words.some((word) => recipe.includes(word))
const python = process.env.KINEMETRIC_PYTHON
if (python === undefined) {
  console.error('skipped: KINEMETRIC_PYTHON names no Python to compare with')
  process.exit(0)
}
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-recipes-'))
try {
  const sides = await realClips()
  const task = await writeTask(sides)
  const ours = await ourValues(sides, task)
  const answers = [
    ...(await ask(python, 'score_fid.py', task)),
    ...(await ask(python, 'score_fvd.py', task)),
    ...(process.env.KINEMETRIC_PYTHON_TENSORFLOW === undefined
      ? []
      : await ask(process.env.KINEMETRIC_PYTHON_TENSORFLOW, 'score_fvd_tensorflow.py', task)),
  ]
  print(ours, answers)
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** The 13 scored frames of each clip, and the same mixed with frame 0, so that each frame differs from its own. */
async function realClips(): Promise<Record<'generated' | 'reference', FrameArray[]>> {
  const { manifest } = await prepare({
    adapter: 'interdyn-examples',
    dataset: sharedPath('data', 'interdyn-examples'),
    protocol: 'interdyn-256x384',
    out: join(folder, 'prepared'),
  })
  const { clips } = await openReferences({ manifest }, undefined)
  const whole: FrameArray[] = []
  for (let index = 0; index < clips.length; index++) whole.push((await readReference(clips.at(index))).pixels)
  return { reference: whole.map((frames) => frames.lo(1, 0, 0, 0)), generated: whole.map(blend) }
}

function blend(frames: FrameArray): FrameArray {
  const out = frames.lo(1, 0, 0, 0)
  const size = out.shape[1] * out.shape[2] * 3
  const data = new Uint8Array(out.shape[0] * size)
  for (let i = 0; i < data.length; i++) data[i] = (frames.data[i % size] + frames.data[size + i]) >> 1
  return ndarray(data, [...out.shape])
}

function file(name: string): string {
  return join(folder, name)
}

/** What the peers read: see bench/peers/recipes/task.py. */
async function writeTask(sides: Record<'generated' | 'reference', FrameArray[]>) {
  for (const side of ['generated', 'reference'] as const) {
    const clips = sides[side]
    const size = clips[0].shape.reduce((product, length) => product * length, 1)
    const data = new Uint8Array(size * clips.length)
    for (const [i, clip] of clips.entries()) data.set(clip.data.subarray(clip.offset, clip.offset + size), i * size)
    await writeFile(file(`${side}.npy`), Buffer.concat([npyHeader('|u1', [clips.length, ...clips[0].shape]), data]))
  }
  const networks = { inception: 'inception_2015.json', i3d: 'i3d_pytorch_i3d_names.json' }
  for (const [name, shapes] of Object.entries(networks)) {
    const list: Record<string, number[]> = JSON.parse(await readFile(sharedPath('spec', 'tensors', shapes), 'utf8'))
    const tensors = formulaTensors(list)
    for (const [key, { data }] of tensors) if (key.endsWith('.bn.weight')) data.fill(1)
    await writeTorchZip(file(`${name}.pth`), tensors)
    if (name === 'i3d') {
      const arrays = [...tensors].map(([key, { shape, data }]) => [key, { shape: [...shape], data }] as const)
      await writeFile(file('i3d.npz'), formatNpz(Object.fromEntries(arrays)))
    }
  }
  return {
    generated: file('generated.npy'),
    reference: file('reference.npy'),
    inception: file('inception.pth'),
    i3d: file('i3d.pth'),
    i3dArrays: file('i3d.npz'),
    checkouts: process.env.KINEMETRIC_PEERS ?? null,
    subset: SUBSET,
    words,
  }
}

type Task = Awaited<ReturnType<typeof writeTask>>

/** Our number under every recipe, and what differs from it to be comparable with a library on so few clips. */
async function ourValues(sides: Record<'generated' | 'reference', FrameArray[]>, task: Task) {
  const compute = { fid, kid, fvd, kvd }
  const kept = new Map<string, Pair>()
  const features = async (metric: keyof typeof compute, recipe: string): Promise<Pair> => {
    const { need } = findRecipe(findDistance(metric), recipe)
    const known = kept.get(featureNeedKey(need))
    if (known !== undefined) return known
    const { network: extractor } = await openNetwork('features', need, {
      checkpoints: { 'inception-2015-12-05': task.inception, 'i3d-kinetics-400': task.i3d },
    })
    const pair = {
      generated: await extract(extractor, sides.generated),
      reference: await extract(extractor, sides.reference),
    }
    await extractor.close()
    kept.set(featureNeedKey(need), pair)
    return pair
  }
  const values: [string, number][] = []
  const add = async (
    name: string,
    metric: keyof typeof compute,
    recipe: string,
    value = async (pair: Pair) => (await compute[metric](pair.generated, pair.reference, recipe)).value,
  ): Promise<void> => {
    if (wanted(name)) values.push([name, await value(await features(metric, recipe))])
  }
  const fids = ['torch-fidelity', 'pytorch-fid', 'torchmetrics-1.7', 'torchmetrics-1.8', 'stylegan']
  const cleans = ['clean-fid', 'clean-fid-legacy-pytorch', 'clean-fid-legacy-tensorflow']
  for (const recipe of [...fids, ...cleans]) await add(`fid/${recipe}`, 'fid', recipe)
  for (const recipe of ['clean-fid', 'stylegan-v']) await add(`kid/${recipe}`, 'kid', recipe)
  // These recipes refuse 377 frames, as their libraries do. Compared is the same estimator in smaller subsets: torch-fidelity's
  // draws, and for the unseeded ones the whole set, which is their expectation.
  await add('kid/torch-fidelity', 'kid', 'torch-fidelity', async ({ generated, reference }) => {
    const random = new NumpyRandomState(2020)
    const subsets = await subsetMmds(generated, reference, 100, SUBSET, (rows, size) => random.choice(rows, size))
    return subsets.reduce((sum, value) => sum + value, 0) / subsets.length
  })
  for (const recipe of ['torchmetrics', 'torchmetrics-1.7', 'mmd-gan'])
    await add(`kid/${recipe}`, 'kid', recipe, ({ generated, reference }) => unbiasedMmd(generated, reference))
  const fvds = ['stylegan-v', 'common-metrics-stylegan-v', 'common-metrics-videogpt', 'cd-fvd', 'lvdm', 'tf-original']
  for (const recipe of [...fvds, 'videogpt']) await add(`fvd/${recipe}`, 'fvd', recipe)
  // VideoGPT's own code takes multiples of 16 clips; its copies take any number.
  await add('fvd/videogpt-16-clips', 'fvd', 'videogpt', async ({ generated, reference }) => {
    return (await fvd(first16(generated), first16(reference), 'videogpt')).value
  })
  for (const recipe of ['digan', 'lvdm', 'seer-centred']) await add(`kvd/${recipe}`, 'kvd', recipe)
  return new Map(values)
}

function first16(side: FeatureMatrix): FeatureMatrix {
  return { ...side, data: side.data.subarray(0, 16 * 400), rows: 16 }
}

async function extract(extractor: FeatureExtractor, clips: readonly FrameArray[]): Promise<FeatureMatrix> {
  const blocks: Float32Array[] = []
  for (const clip of clips) blocks.push(await extractor.extract(clip))
  const { dimension } = extractor
  const data = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0))
  let at = 0
  for (const block of blocks) {
    data.set(block, at)
    at += block.length
  }
  return { data, rows: data.length / dimension, dimension }
}

/** A peer's answers; what it prints besides goes to stderr. */
async function ask(program: string, script: string, task: Task): Promise<Answer[]> {
  const own = join(folder, script.replace('.py', ''))
  await mkdir(own)
  await writeFile(join(own, 'task.json'), JSON.stringify({ ...task, folder: own }))
  const path = join(import.meta.dirname, 'peers', 'recipes', script)
  const child = spawn(program, [path, join(own, 'task.json')], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const part of child.stdout.setEncoding('utf8')) text += String(part)
  const lines = text.split('\n').filter((line) => line.startsWith('ANSWER '))
  if (child.exitCode === null) await once(child, 'close')
  if (child.exitCode !== 0) console.error(`${script} ended with ${child.exitCode} after ${lines.length} answers`)
  return lines.map((line): Answer => JSON.parse(line.slice('ANSWER '.length)))
}

/** The table; exit code 1 where a comparison is missing or beyond its bound. Float32 roots are bound in their float64 twins. */
function print(ours: ReadonlyMap<string, number>, answers: readonly Answer[]): void {
  const names = new Set(answers.map(({ recipe }) => recipe))
  const failed: string[] = []
  console.log('| recipe | kinemetric | its library | relative difference | by |\n|---|---|---|---|---|')
  for (const { recipe, by, value, error } of answers) {
    const own = ours.get(recipe.replace('/float64', ''))
    const difference = value === undefined || own === undefined ? undefined : Math.abs(own / value - 1)
    if (difference === undefined || (difference > BOUND && !names.has(`${recipe}/float64`))) failed.push(recipe)
    console.log(
      `| ${recipe} | ${own?.toPrecision(10) ?? '-'} | ${value?.toPrecision(10) ?? '-'} | ${difference?.toExponential(1) ?? `did not run: ${error}`} | ${by} |`,
    )
  }
  const silent = [...ours.keys()].filter((recipe) => !names.has(recipe))
  if (silent.length > 0) console.log(`not compared: ${silent.join(', ')}`)
  if (failed.length > 0) {
    console.log(`beyond ${BOUND}, or did not run: ${failed.join(', ')}`)
    process.exitCode = 1
  }
}
