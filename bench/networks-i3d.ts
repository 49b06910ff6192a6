// I3D logits against the same network in plain PyTorch modules, resize included, one clip of 13 frames of 256×384.
import { i3dUnits } from '../packages/networks/src/models/i3d/layers.ts'
import { i3dTensors } from '../packages/networks/src/models/i3d/tensors.ts'
import { openI3d } from '../packages/networks/src/models/i3d/open.ts'
import { compare } from './networks/compare.ts'
import { noise } from './networks/noise.ts'
import { formulaCheckpoint } from './networks/weights.ts'

const [count, height, width] = [13, 256, 384]
const frames = noise(count, height, width)
await compare({
  name: 'I3D Kinetics-400',
  workload: `one clip of ${count} frames of ${height}×${width}, squashed to 224×224`,
  operations: [...i3dUnits(count).values()].reduce((sum, unit) => sum + unit.operations, 0),
  peer: { network: 'i3d', shape: [count, height, width, 3] },
  async open(threads) {
    const checkpoint = await formulaCheckpoint('i3d', i3dTensors('pytorch-i3d'))
    const i3d = await openI3d(checkpoint, { preprocessing: 'squash-half-pixel', batchNormEpsilon: 1e-3, threads })
    return { call: () => i3d.extract(frames), close: () => i3d.close() }
  },
})
