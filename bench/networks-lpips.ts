// LPIPS against the `lpips` package on PyTorch, 256×384 frames; then, by turns on one thread, processor time of one video, of one that stands still, of eight
// held against one reference, and without Winograd's products. KINEMETRIC_BENCH_NETS=alex,vgg says which nets.
import { openLpips } from '../packages/networks/src/models/lpips/open.ts'
import { lpipsBackboneOperations, lpipsTapChannels } from '../packages/networks/src/models/lpips/layers.ts'
import { lpipsBackboneTensors } from '../packages/networks/src/models/lpips/tensors.ts'
import { compare } from './networks/compare.ts'
import { noise } from './networks/noise.ts'
import { frameArray, type FrameArray } from '../packages/video/src/index.ts'
import { formulaCheckpoint } from './networks/weights.ts'

const [height, width] = [256, 384]
const nets = process.env.KINEMETRIC_BENCH_NETS?.split(',') ?? ['alex', 'squeeze', 'vgg']
for (const [net, pairs] of [
  ['alex', 8],
  ['squeeze', 8],
  ['vgg', 2],
] as const) {
  if (!nets.includes(net)) continue
  const [generated, reference] = [noise(pairs, height, width, 1), noise(pairs, height, width, 2)]
  const heads = Object.fromEntries(
    lpipsTapChannels[net].map((channels, tap) => [`lin${tap}.model.1.weight`, [1, channels, 1, 1]]),
  )
  const weights = {
    backbone: await formulaCheckpoint(net, lpipsBackboneTensors(net)),
    heads: await formulaCheckpoint(`${net}-heads`, heads),
  }
  await compare({
    name: `LPIPS ${net}`,
    workload: `${pairs} pairs of ${height}×${width}`,
    operations: 2 * pairs * lpipsBackboneOperations(net, height, width),
    peer: { network: `lpips-${net}`, shape: [pairs, height, width, 3] },
    async open(threads) {
      const lpips = await openLpips(net, weights, { threads })
      return { call: () => lpips.distance(generated, reference), close: () => lpips.close() }
    },
  })
  const lpips = await openLpips(net, weights, { threads: 1 })
  const convolved = await openLpips(net, weights, { threads: 1, winograd: false })
  const still = stillVideo(generated)
  const eight = Array.from({ length: 8 }, (_, seed) => noise(pairs, height, width, seed + 3))
  const shared = { alone: [], still: [], 'eight, each': [], 'without Winograd': [] } as Record<string, number[]>
  for (let round = 0; round < Number(process.env.KINEMETRIC_BENCH_ROUNDS ?? 7); round++) {
    shared.alone.push(await processorTime(() => lpips.distance(generated, reference)))
    shared.still.push(await processorTime(() => lpips.distance(still, reference)))
    shared['eight, each'].push((await processorTime(() => lpips.distances(eight, reference))) / 8)
    shared['without Winograd'].push(await processorTime(() => convolved.distance(generated, reference)))
  }
  const alone = Math.min(...shared.alone)
  for (const [what, times] of Object.entries(shared))
    console.log(
      `  ${what}: ${Math.min(...times).toFixed(0)} ms, ${(Math.min(...times) / alone).toFixed(3)} of one alone`,
    )
  await Promise.all([lpips.close(), convolved.close()])
}

/** The first frame, as often as there are frames. */
function stillVideo({ data, shape: [count, high, wide] }: FrameArray): FrameArray {
  const size = high * wide * 3
  const still = Uint8Array.from({ length: count * size }, (_, at) => data[at % size])
  return frameArray(still, count, high, wide)
}

async function processorTime(call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
