// FID and FVD of 29 real clips under each recipe, against its own library end to end, both with the same formula weights
// (METRICS.md §8.5: the real weights are not at hand; a network that computes the same for any weights computes it for the real ones).
// Needs KINEMETRIC_PYTHON (a Python with the packages that bench/peers/recipes_end_to_end.py names) and the 29 clips.
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openExtractor, prepare } from '@kinemetric/benchmark'
import { featureNeeds, fid, fvd, needsKey, type FeatureMatrix } from '@kinemetric/metrics'
import { writeTorchZip, type FeatureExtractor } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import ndarray from 'ndarray'
import { openReferences } from '../packages/benchmark/src/reference-clips.ts'
import { formulaTensors } from '../packages/networks/test/formula-weights.ts'
import { sharedPath } from '../test/shared.ts'

const python = process.env.KINEMETRIC_PYTHON
if (python === undefined) {
  console.error('skipped: KINEMETRIC_PYTHON names no Python to compare with')
  process.exit(0)
}
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-recipes-'))
try {
  const { manifest } = await prepare({
    adapter: 'interdyn-examples',
    dataset: sharedPath('data', 'interdyn-examples'),
    protocol: 'interdyn-256x384',
    out: folder,
  })
  const { clips } = await openReferences({ manifest }, undefined)
  const files = { generated: join(folder, 'generated.npy'), reference: join(folder, 'reference.npy') }
  const reference: FrameArray[] = []
  for (const clip of clips) reference.push(await clip.read())
  const scored = { reference: reference.map((frames) => frames.lo(1, 0, 0, 0)), generated: reference.map(blend) }
  for (const side of ['generated', 'reference'] as const) await writeFile(files[side], npy(scored[side]))

  const weights = { inception: join(folder, 'inception.pth'), i3d: join(folder, 'i3d.pth') }
  await writeTorchZip(weights.inception, formulaTensors(await shapes('inception_2015.json')))
  await writeTorchZip(weights.i3d, formulaTensors(await shapes('i3d_pytorch_i3d_names.json')))

  const cache = new Map<string, { generated: FeatureMatrix; reference: FeatureMatrix }>()
  const featuresOf = async (metric: 'fid' | 'fvd', recipe: string) => {
    const needs = featureNeeds(metric, recipe)
    const known = cache.get(needsKey(needs))
    if (known !== undefined) return known
    const { extractor } = await openExtractor(needs, { checkpoint: metric === 'fid' ? weights.inception : weights.i3d })
    const step = metric === 'fid' ? 6 : 1
    const pair = {
      generated: await extract(extractor, scored.generated, step),
      reference: await extract(extractor, scored.reference, step),
    }
    await extractor.close()
    cache.set(needsKey(needs), pair)
    return pair
  }
  const ours: Record<string, number> = {}
  for (const recipe of ['torch-fidelity', 'pytorch-fid', 'clean-fid', 'torchmetrics-1.7', 'torchmetrics-1.8']) {
    const { generated, reference } = await featuresOf('fid', recipe)
    ours[`fid/${recipe}`] = (await fid(generated, reference, recipe)).value
  }
  const videos = await featuresOf('fvd', 'cd-fvd')
  ours['fvd/cd-fvd'] = (await fvd(videos.generated, videos.reference, 'cd-fvd')).value
  const peer = spawnSync(
    python,
    [
      join(import.meta.dirname, 'peers', 'recipes_end_to_end.py'),
      files.generated,
      files.reference,
      weights.inception,
      weights.i3d,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 },
  )
  if (peer.status !== 0) throw new Error(`${python} ended with ${peer.status}`)
  const { values, versions } = JSON.parse(peer.stdout.slice(peer.stdout.lastIndexOf('{"values"'))) as {
    values: Record<string, number>
    versions: Record<string, string>
  }
  console.log('| recipe | kinemetric | its library | relative difference |\n|---|---|---|---|')
  for (const [recipe, value] of Object.entries(ours)) {
    const theirs = values[recipe]
    const difference = theirs === undefined ? 'did not run' : Math.abs(value / theirs - 1).toExponential(1)
    console.log(`| ${recipe} | ${value.toPrecision(9)} | ${theirs?.toPrecision(9) ?? '-'} | ${difference} |`)
  }
  console.log(
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** What is scored against the reference: its frames mixed with frame 0, so that each frame differs from its own. */
function blend(frames: FrameArray): FrameArray {
  const out = frames.lo(1, 0, 0, 0)
  const size = out.shape[1]! * out.shape[2]! * 3
  const data = new Uint8Array(out.shape[0]! * size)
  for (let i = 0; i < data.length; i++) data[i] = (frames.data[i % size]! + frames.data[size + i]!) >> 1
  return ndarray(data, [...out.shape])
}

async function extract(
  extractor: FeatureExtractor,
  clips: readonly FrameArray[],
  step: number,
): Promise<FeatureMatrix> {
  const blocks: Float32Array[] = []
  for (const clip of clips) blocks.push(await extractor.extract(clip.step(step, 1, 1, 1)))
  const { dimension } = extractor
  const data = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0))
  let at = 0
  for (const block of blocks) {
    data.set(block, at)
    at += block.length
  }
  return { data, rows: data.length / dimension, dimension }
}

async function shapes(file: string): Promise<Record<string, number[]>> {
  return JSON.parse(await readFile(sharedPath('spec', 'tensors', file), 'utf8')) as Record<string, number[]>
}

function npy(clips: readonly FrameArray[]): Buffer {
  const [frames, height, width] = clips[0]!.shape as [number, number, number, number]
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${clips.length}, ${frames}, ${height}, ${width}, 3), }`
  const header = Buffer.alloc(128, ' ')
  header.write('\u0093NUMPY', 'latin1')
  header.writeUInt16LE(1, 6)
  header.writeUInt16LE(118, 8)
  header.write(text, 10, 'latin1')
  header.write('\n', 127, 'latin1')
  const size = height * width * 3
  return Buffer.concat([
    header,
    ...clips.map((clip) => Buffer.from(clip.data.buffer, clip.data.byteOffset + clip.offset, frames * size)),
  ])
}
