// Vision transformers of pictures against plain PyTorch modules and against onnxruntime's own rate at the same products. Formula weights.
// KINEMETRIC_BENCH_NETWORKS=dinov2-vits14,dino-vitb16, KINEMETRIC_BENCH_BATCH=4, KINEMETRIC_BENCH_BLOCKS=6 (fewer than the network has), KINEMETRIC_BENCH_THREADS=1,2
// and KINEMETRIC_BENCH_ROUNDS=7 change what is run; KINEMETRIC_BENCH_PROFILE=<prefix> writes onnxruntime's times.
import { setTimeout as sleep } from 'node:timers/promises'
import { dinoModel, dinoTensors } from '../packages/networks/src/models/dino/checkpoint.ts'
import { clipModel } from '../packages/networks/src/models/clip-vision/features.ts'
import { openaiTensors } from '../packages/networks/src/models/clip-vision/tensors.ts'
import { dinov2Preprocessings } from '../packages/networks/src/models/dino/preprocess.ts'
import { type ImageModel, openImageExtractor } from '../packages/networks/src/models/vision-transformer/extractor.ts'
import { measured } from './networks/measured.ts'
import { openPeer } from './networks/peer.ts'
import { blockOperations, lastBlockOperations, openBlockProducts } from './networks/transformer-products.ts'
import { formulaCheckpoint } from './networks/weights.ts'

interface Subject {
  readonly width: number
  readonly blocks: number
  readonly patch: number
  readonly size: readonly [height: number, width: number]
}

const subjects: Readonly<Record<string, Subject>> = {
  'dinov2-vits14': { width: 384, blocks: 12, patch: 14, size: [224, 224] },
  'dinov2-vitb14': { width: 768, blocks: 12, patch: 14, size: [224, 224] },
  'dinov2-vitl14': { width: 1024, blocks: 24, patch: 14, size: [224, 224] },
  'dino-vitb16': { width: 768, blocks: 12, patch: 16, size: [224, 336] },
  'clip-vitb32': { width: 768, blocks: 12, patch: 32, size: [224, 224] },
}

const settings = process.env
const batch = Number(settings.KINEMETRIC_BENCH_BATCH ?? 4)
const rounds = Number(settings.KINEMETRIC_BENCH_ROUNDS ?? 7)
const threadCounts = (settings.KINEMETRIC_BENCH_THREADS ?? '1,2').split(',').map(Number)

async function modelOf(network: string, { width, blocks, patch }: Subject): Promise<ImageModel> {
  const sizes = { width, blocks, mlp: 4 * width, patch }
  const file = `${network}-${blocks}`
  if (network.startsWith('clip')) {
    const config = {
      hidden: width,
      layers: blocks,
      heads: width / 64,
      mlp: 4 * width,
      patch,
      image: 224,
      projection: 512,
    }
    const how = { activation: 'quick_gelu', epsilon: 1e-5, projectionLayout: 'in-out' } as const
    return clipModel(await formulaCheckpoint(file, openaiTensors({ ...config, ...how })))
  }
  const family = network.startsWith('dinov2') ? 'dinov2' : 'dino'
  const tensors = dinoTensors({ ...sizes, grid: family === 'dinov2' ? 37 : 14 }, family)
  return dinoModel(await formulaCheckpoint(file, tensors), family, network)
}

/** Ours, the products alone and the peer by turns, so that whatever else the machine does falls on all three. */
async function compare(network: string, subject: Subject, threads: number): Promise<void> {
  const { width, blocks, patch, size } = subject
  const tokens = 1 + Math.floor(size[0] / patch) * Math.floor(size[1] / patch)
  const block = { batch, tokens, width, heads: width / 64, mlp: 4 * width }
  const peer = await openPeer(
    network,
    { batch, height: size[0], width: size[1], dimension: width, blocks, heads: width / 64, patch },
    threads,
    'vision_transformers.py',
  )
  const preprocessing = { name: 'none', ...dinov2Preprocessings['dgm-eval'] }
  const how = { threads, batch, profilePrefix: settings.KINEMETRIC_BENCH_PROFILE }
  const ours = await openImageExtractor(await modelOf(network, subject), preprocessing, how)
  const products = await openBlockProducts(block, threads)
  const data = new Float32Array(batch * 3 * size[0] * size[1]).map((_, i) => Math.sin(i))
  const input = { type: 'float32', data, shape: [batch, 3, ...size] } as const
  const clock = threads === 1 ? 'processor' : 'wall'
  // What is computed: the last block makes one row a picture.
  const operations = (blocks - 1) * blockOperations(block) + lastBlockOperations(block)
  const times: { ours: number; products: number; peer: number }[] = []
  for (let round = -1; round < rounds; round++) {
    const turn = {
      ours: (await measured(() => ours.extractTensor!(input)))[clock],
      products: (operations / blockOperations(block)) * (await leastOf(2, () => measured(products.run), clock)),
      peer: (await peer?.call())?.[clock] ?? NaN,
    }
    // The first round warms up. Idle threads spin for a while: leave them time to stop.
    await sleep(100)
    if (round >= 0) times.push(turn)
  }
  peer?.close()
  await ours.close()
  await products.close()
  const time = middle(times.map(({ ours }) => ours))
  console.log(
    [
      `${network} ${size.join('×')}, ${batch} a run, ${blocks} blocks, ${threads} thread${threads === 1 ? ', processor time' : 's, wall clock'}:`,
      `${time.toFixed(0)} ms, ${((1000 * batch) / time).toFixed(2)} frames/s, ${(operations / time / 1e6).toFixed(1)} GFLOP/s;`,
      `${(100 * middle(times.map(({ ours, products }) => products / ours))).toFixed(1)} % of onnxruntime's MatMul rate (${(operations / middle(times.map(({ products }) => products)) / 1e6).toFixed(1)});`,
      `${middle(times.map(({ ours, peer }) => peer / ours)).toFixed(2)}× as fast as ${peer?.versions ?? 'nobody'} (${middle(times.map(({ peer }) => peer)).toFixed(0)} ms)`,
    ].join(' '),
  )
}

async function leastOf(
  count: number,
  call: () => Promise<{ wall: number; processor: number }>,
  clock: 'wall' | 'processor',
) {
  let least = Infinity
  for (let i = 0; i < count; i++) least = Math.min(least, (await call())[clock])
  return least
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

const blocks = settings.KINEMETRIC_BENCH_BLOCKS
for (const network of settings.KINEMETRIC_BENCH_NETWORKS?.split(',') ?? Object.keys(subjects))
  for (const threads of threadCounts) {
    const subject = subjects[network]
    await compare(network, blocks === undefined ? subject : { ...subject, blocks: Number(blocks) }, threads)
  }
