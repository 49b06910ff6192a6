// LPIPS against the `lpips` package on PyTorch, 256×384 frames.
import { openLpips } from '../packages/networks/src/models/lpips/open.ts'
import { lpipsBackboneOperations, lpipsTapChannels } from '../packages/networks/src/models/lpips/layers.ts'
import { lpipsBackboneTensors } from '../packages/networks/src/models/lpips/tensors.ts'
import { compare } from './networks/compare.ts'
import { noise } from './networks/noise.ts'
import { formulaCheckpoint } from './networks/weights.ts'

const [height, width] = [256, 384]
for (const [net, pairs] of [
  ['alex', 8],
  ['squeeze', 8],
  ['vgg', 2],
] as const) {
  const [generated, reference] = [noise(pairs, height, width, 1), noise(pairs, height, width, 2)]
  const heads = Object.fromEntries(
    lpipsTapChannels[net].map((channels, tap) => [`lin${tap}.model.1.weight`, [1, channels, 1, 1]]),
  )
  await compare({
    name: `LPIPS ${net}`,
    workload: `${pairs} pairs of ${height}×${width}`,
    operations: 2 * pairs * lpipsBackboneOperations(net, height, width),
    peer: { network: `lpips-${net}`, shape: [pairs, height, width, 3] },
    async open(threads) {
      const weights = {
        backbone: await formulaCheckpoint(net, lpipsBackboneTensors(net)),
        heads: await formulaCheckpoint(`${net}-heads`, heads),
      }
      const lpips = await openLpips(net, weights, { threads })
      return { call: () => lpips.distance(generated, reference), close: () => lpips.close() }
    },
  })
}
