// Rows of DINOv2 of frames of the 29 real clips, against the libraries' own code end to end: their resize, facebookresearch's network; and what is made of such rows, FD, KD,
// precision, recall, density and coverage, by each side's own code of each side's own rows: the frames against themselves, each blended with the next clip's. Both sides have
// the same formula weights: the real ones are not at hand, and a network that computes the same for any weights computes it for those.
//
// Needs the 29 clips, KINEMETRIC_PYTHON (a Python with what bench/peers/dinov2_features.py names) and KINEMETRIC_PEERS, a folder with checkouts of
// dinov2 and dgm-eval. KINEMETRIC_BENCH_NETWORK=dinov2-vitl14, KINEMETRIC_BENCH_FRAMES=2 a clip and KINEMETRIC_BENCH_PREPROCESSINGS=dgm-eval change what is run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare } from '@kinemetric/benchmark'
import { distance, type DistanceSide, findDistance, readFeatureFile } from '@kinemetric/metrics'
import { openNetwork, writeTorchZip } from '@kinemetric/networks'
import { frameArray } from '@kinemetric/video'
import { openReferences } from '../packages/evaluation/src/references/open-references.ts'
import { readReference } from '../packages/evaluation/src/references/reference-clips.ts'
import { npyHeader } from '../packages/metrics/src/interchange/npy.ts'
import { dinoTensors } from '../packages/networks/src/models/dino/checkpoint.ts'
import { formulaTensors, transformerRule } from '../packages/networks/test/formula-weights.ts'
import { sharedPath } from '../test/shared.ts'

/** Relative difference that a row, or a number made of rows, may have from its library's. */
const BOUND = 1e-4
const shapes: Readonly<Record<string, { width: number; blocks: number }>> = {
  'dinov2-vits14': { width: 384, blocks: 12 },
  'dinov2-vitb14': { width: 768, blocks: 12 },
  'dinov2-vitl14': { width: 1024, blocks: 24 },
}
const network = process.env.KINEMETRIC_BENCH_NETWORK ?? 'dinov2-vits14'
const perClip = Number(process.env.KINEMETRIC_BENCH_FRAMES ?? 2)
const preprocessings = (process.env.KINEMETRIC_BENCH_PREPROCESSINGS ?? 'dgm-eval,dgm-eval-clean,torch-fidelity').split(
  ',',
)
const { KINEMETRIC_PYTHON: python, KINEMETRIC_PEERS: checkouts } = process.env
if (python === undefined || checkouts === undefined) {
  console.error('skipped: KINEMETRIC_PYTHON and KINEMETRIC_PEERS name nothing to compare with')
  process.exit(0)
}
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-dinov2-'))
try {
  const frames = await realFrames()
  const [count, height, width] = frames.shape
  await writeFile(join(folder, 'frames.npy'), Buffer.concat([npyHeader('|u1', [count, height, width, 3]), frames.data]))
  const { width: dimension, blocks } = shapes[network]
  const tensors = dinoTensors({ width: dimension, blocks, mlp: 4 * dimension, patch: 14, grid: 37 }, 'dinov2')
  const weights = join(folder, 'weights.pth')
  await writeTorchZip(weights, formulaTensors({ ...tensors, mask_token: [1, dimension] }, transformerRule))
  const task = {
    frames: join(folder, 'frames.npy'),
    weights,
    network: network.replace('-', '_'),
    checkouts,
    preprocessings,
    out: folder,
  }
  await writeFile(join(folder, 'task.json'), JSON.stringify(task))
  const child = spawn(python, [join(import.meta.dirname, 'peers', 'dinov2_features.py'), join(folder, 'task.json')], {
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the peer ended with ${String(code)}`)
  const told: Record<string, Record<string, number>> = JSON.parse(await readFile(join(folder, 'numbers.json'), 'utf8'))
  for (const preprocessing of preprocessings) {
    const { network: extractor } = await openNetwork(
      'features',
      { network, preprocessing },
      { checkpoints: { [network]: weights } },
    )
    const ours = await extractor.extract(frames)
    await extractor.close()
    const { features } = await readFeatureFile(join(folder, `${preprocessing}.npy`))
    const apart = Array.from({ length: count }, (_, row) => rowApart(ours, features.data, row * dimension, dimension))
    const worst = Math.max(...apart)
    const verdict = worst < BOUND ? 'within' : 'BEYOND'
    console.log(
      `${network} ${preprocessing}: ${count} rows of real frames, worst relative difference ${worst.toExponential(1)} (${verdict} ${BOUND})`,
    )
    if (!(worst < BOUND)) process.exitCode = 1
    await compareNumbers(preprocessing, ours, count / 2, dimension, told[preprocessing])
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** What is made of the rows of both halves, ours and the library's. Where each has an estimator of its own, under its recipe's name. */
async function compareNumbers(
  preprocessing: string,
  ours: Float32Array,
  rows: number,
  dimension: number,
  theirs: Readonly<Record<string, number>>,
): Promise<void> {
  const [reference, generated] = [0, 1].map((half): DistanceSide => ({
    data: { data: ours.subarray(half * rows * dimension, (half + 1) * rows * dimension), rows, dimension },
  }))
  for (const [name, wanted] of Object.entries(theirs)) {
    const [id, recipe] = name.split(':')
    const how = { interval: false, floor: false, influential: 0, anyDimension: true } as const
    const [{ value }] = await distance(generated, reference, {
      metrics: [{ metric: findDistance(id), recipe }],
      ...how,
    })
    const apart = Math.abs((value ?? NaN) / wanted - 1)
    console.log(
      `  ${preprocessing} ${name} of ${rows} rows a side: ours ${value}, the library ${wanted}, relative difference ${apart.toExponential(1)} (${apart < BOUND ? 'within' : 'BEYOND'} ${BOUND})`,
    )
    if (!(apart < BOUND)) process.exitCode = 1
  }
}

/** The first scored frames of each clip, then each blended with the next clip's. */
async function realFrames() {
  const { manifest } = await prepare({
    adapter: 'interdyn-examples',
    dataset: sharedPath('data', 'interdyn-examples'),
    protocol: 'interdyn-256x384',
    out: join(folder, 'prepared'),
  })
  const { clips } = await openReferences({ manifest }, undefined)
  const parts: Uint8Array[] = []
  let size: readonly number[] = []
  for (let index = 0; index < clips.length; index++) {
    const { pixels } = await readReference(clips.at(index))
    size = pixels.shape.slice(1)
    const frame = size.reduce((product, length) => product * length, 1)
    parts.push(pixels.data.subarray(pixels.offset + frame, pixels.offset + (1 + perClip) * frame))
  }
  const blended = parts.map((part, i) => {
    const other = parts[(i + 1) % parts.length]
    return part.map((value, at) => (value + other[at] + 1) >> 1)
  })
  const all = [...parts, ...blended]
  return frameArray(Uint8Array.from(Buffer.concat(all)), all.length * perClip, size[0], size[1])
}

/** Length of the difference of two rows over the length of the second. */
function rowApart(ours: Float32Array, theirs: Float32Array | Float64Array, from: number, count: number): number {
  let [apart, length] = [0, 0]
  for (let i = from; i < from + count; i++) {
    apart += (ours[i] - theirs[i]) ** 2
    length += theirs[i] ** 2
  }
  return Math.sqrt(apart / length)
}
