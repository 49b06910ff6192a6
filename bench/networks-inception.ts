// Inception pool3 against the same network in plain PyTorch modules, resize included, 256×384 frames.
import { inceptionUnits } from '../packages/networks/src/models/inception/layers.ts'
import { inceptionTensors } from '../packages/networks/src/models/inception/tensors.ts'
import { openInception } from '../packages/networks/src/models/inception/open.ts'
import { compare } from './networks/compare.ts'
import { noise } from './networks/noise.ts'
import { formulaCheckpoint } from './networks/weights.ts'

const [count, height, width] = [8, 256, 384]
const frames = noise(count, height, width)
await compare({
  name: 'Inception 2015-12-05',
  workload: `${count} frames of ${height}×${width}, half-pixel resize to 299×299`,
  operations: [...inceptionUnits().values()].reduce((sum, unit) => sum + count * unit.operations, 0),
  peer: { network: 'inception', shape: [count, height, width, 3] },
  async open(threads) {
    const checkpoint = await formulaCheckpoint('inception', inceptionTensors('pytorch-fid'))
    const batch =
      process.env.KINEMETRIC_BENCH_BATCH === undefined ? undefined : Number(process.env.KINEMETRIC_BENCH_BATCH)
    const inception = await openInception(checkpoint, { preprocessing: 'half-pixel', threads, batch })
    return { call: () => inception.extract(frames), close: () => inception.close() }
  },
})
