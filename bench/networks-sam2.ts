// SAM 2.1's image encoder at 1024, drawn weights: beside onnxruntime's own products of the same shapes, alone and by turns in the same run, and beside the
// authors' code on PyTorch (KINEMETRIC_PYTHON, and SAM2_REPOSITORY for a checkout of github.com/facebookresearch/sam2).
// KINEMETRIC_BENCH_THREADS=1,2 and KINEMETRIC_BENCH_ROUNDS (5) change what is run; KINEMETRIC_BENCH_PROFILE=<prefix> writes onnxruntime's times.
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

import { publishedSam2 } from '../packages/networks/src/models/sam2/config.ts'
import { openSam2 } from '../packages/networks/src/models/sam2/open.ts'
import { sam2Tensors } from '../packages/networks/src/models/sam2/tensors.ts'
import { GraphBuilder } from '../packages/networks/src/onnx/graph-builder.ts'
import { float32Data, type HostTensor, openSession } from '../packages/networks/src/session/session.ts'
import { drawnCheckpoint } from './networks/drawn-weights.ts'
import { measured } from './networks/measured.ts'
import { type CallTime, openPeer } from './networks/peer.ts'
import { encoderProducts, operationsOf, type Product } from './networks/sam2-products.ts'

const config = publishedSam2('tiny', '2.1')
const products = encoderProducts(config)
const operations = operationsOf(products)
const rounds = Number(process.env.KINEMETRIC_BENCH_ROUNDS ?? 5)
const side = config.imageSize
const picture = drawn([1, 3, side, side])
console.log(`SAM 2.1 tiny's encoder: a picture of ${side}×${side}, float32; ${(operations / 1e9).toFixed(0)} GFLOP`)

for (const threads of process.env.KINEMETRIC_BENCH_THREADS?.split(',').map(Number) ?? [1, cpus().length]) {
  const checkpoint = await drawnCheckpoint('sam2.1-tiny', sam2Tensors(config))
  const peer = await openPeer('tiny', [side], threads, 'sam2.py')
  const ours = await openSam2(checkpoint, { threads, profilePrefix: process.env.KINEMETRIC_BENCH_PROFILE })
  const { s2, s1, s0 } = await ours.encode(picture)
  const alone = await openProducts(threads)
  const times = { ours: [] as CallTime[], alone: [] as CallTime[], peer: [] as CallTime[] }
  for (let round = -1; round < rounds; round++) {
    const turn = {
      ours: await measured(() => ours.encode(picture)),
      alone: await alone.run(),
      peer: await peer?.call(),
    }
    // The first warms up. Idle threads spin for a while.
    await sleep(100)
    if (round < 0) continue
    times.ours.push(turn.ours)
    times.alone.push(turn.alone)
    if (turn.peer !== undefined) times.peer.push(turn.peer)
  }
  const clock = threads === 1 ? 'processor' : 'wall'
  const median = (list: CallTime[]): number => middle(list.map((time) => time[clock]))
  const rate = (ms: number): string => `${ms.toFixed(0)} ms, ${(operations / ms / 1e6).toFixed(0)} GFLOP/s`
  console.log(
    `  ${threads} thread${threads === 1 ? '' : 's'} (${clock === 'wall' ? 'wall clock' : 'processor time'}): ${rate(median(times.ours))}; its products alone ${rate(median(times.alone))}: ${share(times.alone, times.ours, clock)}`,
  )
  for (const [what, ms] of alone.parts()) console.log(`    ${what}: ${ms.toFixed(0)} ms alone`)
  if (peer !== undefined) {
    const ratio = middle(times.peer.map((time, round) => time[clock] / times.ours[round][clock]))
    console.log(`    ${peer.versions}: ${median(times.peer).toFixed(0)} ms; ours is ${ratio.toFixed(2)}× as fast`)
    console.log(
      `    lengths of s2, s1, s0: ${[s2, s1, s0].map(length).join(', ')}; theirs ${String(peer.said.lengths)}`,
    )
  }
  peer?.close()
  await ours.close()
  await alone.close()
}

function share(alone: CallTime[], ours: CallTime[], clock: 'wall' | 'processor'): string {
  const ratio = middle(alone.map((time, round) => time[clock] / ours[round][clock]))
  return `${(100 * ratio).toFixed(0)}% of onnxruntime's rate for them`
}

interface Products {
  /** Every product as often as the encoder has it, each shape run once; the first is not counted. */
  run(): Promise<CallTime>
  /** Milliseconds of each kind in the fastest run. */
  parts(): Map<string, number>
  close(): Promise<void>
}

/** Each shape as a graph of its own, that returns one number: what it makes stays where it is. */
async function openProducts(threads: number): Promise<Products> {
  const counts = new Map<string, { product: Product; count: number }>()
  for (const product of products) {
    const key = JSON.stringify(product)
    counts.set(key, { product, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  const opened = await Promise.all(
    [...counts.values()].map(async ({ product, count }) => ({
      product,
      count,
      ...(await openProduct(product, threads)),
    })),
  )
  let fastest = Infinity
  let parts = new Map<string, number>()
  return {
    async run() {
      const sum: CallTime = { wall: 0, processor: 0 }
      const now = new Map<string, number>()
      for (const { product, count, session, feeds } of opened) {
        const { wall, processor } = await measured(() => session.run(feeds))
        sum.wall += count * wall
        sum.processor += count * processor
        now.set(product.what, (now.get(product.what) ?? 0) + count * wall)
      }
      if (sum.wall < fastest) [fastest, parts] = [sum.wall, now]
      return sum
    },
    parts: () => parts,
    close: async () => void (await Promise.all(opened.map(({ session }) => session.close()))),
  }
}

async function openProduct({ what, batch, rows, inner, columns }: Product, threads: number) {
  const graph = new GraphBuilder(what)
  const isAttention = what === 'scores' || what === 'mixing'
  const left = isAttention ? [batch, rows, inner] : [rows, inner]
  const x = graph.input('x', 'float32', left)
  const feeds: Record<string, HostTensor> = { x: drawn(left) }
  let y
  if (isAttention) {
    const right = [batch, inner, columns]
    y = graph.node('MatMul', [x, graph.input('w', 'float32', right)])
    feeds.w = drawn(right)
  } else
    y = graph.node('Gemm', [x, graph.constant(float32Data(drawn([columns, inner])), [columns, inner])], { transB: 1 })
  const rank = left.length
  const [starts, ends, axes] = [0, 1, undefined].map((value) =>
    graph.ints(Array.from({ length: rank }, (_, axis) => value ?? axis)),
  )
  graph.output(graph.node('Slice', [y, starts, ends, axes]), 'y', 'float32', Array<number>(rank).fill(1))
  return { session: await openSession(graph.build(), { threads }), feeds }
}

function drawn(shape: readonly number[]): HostTensor {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(i)
  return { type: 'float32', data, shape }
}

function length({ data }: HostTensor): number {
  let sum = 0
  for (const value of data) sum += Number(value) ** 2
  return Math.sqrt(sum)
}

function middle(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
