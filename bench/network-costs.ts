// What a whole network takes for a clip: processor time of one thread, preprocessing included, and the process's peak memory, each in a process of its own. Formula
// weights, as many blocks as the published network has; its file is mapped and counted with what is read of it. The second clip is timed, for the first also makes
// what is made once.
//
// node bench/network-costs.ts [networks, default all]: clips are the first 13 frames of 256×384 of a real clip for networks of pictures, all its frames for networks of clips.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openNetwork, writeSafetensors } from '@kinemetric/networks'
import { readFrames, sliceFrames } from '@kinemetric/video'
import type { TensorValues } from '../packages/networks/src/checkpoints/tensors/tensor-values.ts'
import { openaiTensors } from '../packages/networks/src/models/clip-vision/tensors.ts'
import { dinoTensors } from '../packages/networks/src/models/dino/checkpoint.ts'
import {
  huggingFaceNames,
  vjepa2EncoderTensors,
  vjepa2PoolerTensors,
} from '../packages/networks/src/models/vjepa2/tensors.ts'
import { formulaTensors, transformerRule } from '../packages/networks/test/formula-weights.ts'
import { probeWeights, vjepaWeights } from '../packages/networks/test/models/jepa/networks.ts'
import { sharedPath } from '../test/shared.ts'
import { measured } from './networks/measured.ts'

type Weights = ReadonlyMap<string, TensorValues>

interface Subject {
  readonly preprocessing?: string
  /** Of the first frames, or of all. */
  readonly frames?: number
  /** Its files by part; a network of one has that alone. */
  readonly parts: Readonly<Record<string, () => Weights>>
}

const frames = 13

function dino(family: 'dino' | 'dinov2', width: number, blocks: number, patch: number): Subject['parts'] {
  const sizes = { width, blocks, mlp: 4 * width, patch, grid: family === 'dinov2' ? 37 : 14 }
  return { network: () => formulaTensors(dinoTensors(sizes, family), transformerRule) }
}

function clip(): Weights {
  const sizes = { hidden: 768, layers: 12, heads: 12, mlp: 3072, patch: 32, image: 224, projection: 512 }
  const shapes = openaiTensors({ ...sizes, activation: 'quick_gelu', epsilon: 1e-5, projectionLayout: 'in-out' })
  const named = Object.entries(shapes).map(([name, shape]) => [`visual.${name}`, shape] as const)
  return formulaTensors(Object.fromEntries(named), transformerRule)
}

function vjepa(width: number, blocks: number): Subject['parts'] {
  return { encoder: () => vjepaWeights(width, blocks, [8, 14, 14]), probe: () => probeWeights(width) }
}

const subjects: Readonly<Record<string, Subject>> = {
  'dinov2-vits14': { preprocessing: 'dgm-eval', frames, parts: dino('dinov2', 384, 12, 14) },
  'dinov2-vitb14': { preprocessing: 'dgm-eval', frames, parts: dino('dinov2', 768, 12, 14) },
  'dinov2-vitl14': { preprocessing: 'dgm-eval', frames, parts: dino('dinov2', 1024, 24, 14) },
  'dino-vitb16': { frames, parts: dino('dino', 768, 12, 16) },
  'clip-vitb32': { frames, parts: { network: clip } },
  'vjepa-vith16': { preprocessing: 'worldarena', parts: vjepa(1280, 32) },
  'vjepa-vitl16': { preprocessing: 'worldarena', parts: vjepa(1024, 24) },
  'vjepa2-vitl16': {
    preprocessing: 'hf-256',
    parts: {
      encoder: () =>
        formulaTensors(
          { ...vjepa2EncoderTensors(huggingFaceNames, 1024, 24), ...vjepa2PoolerTensors(huggingFaceNames, 1024, 3) },
          transformerRule,
        ),
    },
  },
}

const given = process.argv.slice(2)
if (given[0] === '--write') await write(given[1])
else if (given[0] === '--measure') await measure(given[1])
else
  for (const network of given.length > 0 ? given : Object.keys(subjects))
    for (const step of ['--write', '--measure']) {
      const { status, signal } = spawnSync(process.execPath, [import.meta.filename, step, network], {
        stdio: 'inherit',
      })
      if (status !== 0) throw new Error(`${network} ended with ${status ?? signal}`)
    }

function fileOf(network: string, part: string): string {
  return join(tmpdir(), 'kinemetric-bench', `whole-${network}-${part}.safetensors`)
}

async function write(network: string): Promise<void> {
  mkdirSync(join(tmpdir(), 'kinemetric-bench'), { recursive: true })
  for (const [part, make] of Object.entries(subjects[network].parts))
    if (!existsSync(fileOf(network, part))) await writeSafetensors(fileOf(network, part), make())
}

async function measure(network: string): Promise<void> {
  const { preprocessing, frames: wanted, parts } = subjects[network]
  const root = sharedPath('data', 'interdyn-examples')
  const [id] = (await readdir(root)).toSorted()
  const { pixels } = await readFrames(join(root, id, 'video.webm'))
  const video = wanted === undefined ? pixels : sliceFrames(pixels, 0, 1, wanted)
  const names = Object.keys(parts)
  const checkpoints = Object.fromEntries(
    names.map((part) => [names.length === 1 ? network : `${network}/${part}`, fileOf(network, part)]),
  )
  const how = { checkpoints, threads: 1 }
  let opened: Awaited<ReturnType<typeof openNetwork<'features'>>> | undefined
  const opening = await measured(async () => {
    opened = await openNetwork('features', { network, preprocessing }, how)
  })
  const extractor = opened!.network
  const times: number[] = []
  for (let i = 0; i < 2; i++) times.push((await measured(() => extractor.extract(video))).processor / 1000)
  await extractor.close()
  const peak = process.resourceUsage().maxRSS / 1024
  console.log(
    `${network}: ${times.map((time) => time.toFixed(2)).join(', ')} s of processor time for ${video.shape.slice(0, 3).join('×')}, opened in ${(opening.processor / 1000).toFixed(1)} s, peak ${peak.toFixed(0)} MiB (${cpus()[0].model}, node ${process.version}, load ${loadavg()[0].toFixed(1)})`,
  )
}
