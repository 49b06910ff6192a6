// A step of CosHand at 256×256, both halves of guidance: opening, memory, time, and of the machine's own rate. Drawn weights.
// KINEMETRIC_BENCH_SIZE=256 and KINEMETRIC_BENCH_SAMPLES=1 change what is run; KINEMETRIC_BENCH_PROFILE=<prefix> writes onnxruntime's times.
import type { HostTensor } from '../packages/networks/src/index.ts'
import { CoshandDenoiser } from '../packages/networks/src/models/coshand/denoiser.ts'
import { readLdmUnetConfig } from '../packages/networks/src/models/ldm/config.ts'
import { ldmOperations } from '../packages/networks/src/models/ldm/operations.ts'
import { ldmTensors } from '../packages/networks/src/models/ldm/tensors.ts'
import { ldmTensorName, ldmUnetTensors } from '../packages/networks/src/models/ldm/weights.ts'
import { Kept } from '../packages/networks/src/session/kept.ts'
import { releaseUnet } from '../packages/networks/test/models/coshand/release-config.ts'
import { measureStep } from './networks/full-size.ts'
import { drawnCheckpoint } from './networks/drawn-weights.ts'

const pixels = Number(process.env.KINEMETRIC_BENCH_SIZE ?? 256)
const samples = Number(process.env.KINEMETRIC_BENCH_SAMPLES ?? 1)
const side = pixels / 8
const config = readLdmUnetConfig(releaseUnet, 'config')
const names = Object.entries(ldmTensors(config)).map(([name, shape]) => [ldmTensorName(name, 'ema'), shape] as const)

function drawn(...shape: readonly number[]): HostTensor {
  const count = shape.reduce((product, size) => product * size, 1)
  return { type: 'float32', data: Float32Array.from({ length: count }, (_, i) => Math.sin(i)), shape }
}

function scalar(value: number): HostTensor {
  return { type: 'float32', data: Float32Array.of(value), shape: [] }
}

await measureStep({
  name: 'CosHand',
  workload: `${samples} sample${samples === 1 ? '' : 's'} of ${pixels}×${pixels}, float32`,
  operations: 2 * samples * ldmOperations(config, { height: side, width: side }),
  async open(session) {
    const checkpoint = await drawnCheckpoint('coshand-unet', Object.fromEntries(names), 'F32')
    const kept = new Kept(false)
    const profilePrefix = process.env.KINEMETRIC_BENCH_PROFILE
    const options = { session: { ...session, profilePrefix } }
    const denoiser = new CoshandDenoiser(ldmUnetTensors(checkpoint, config, 'ema'), config, kept, options)
    const feeds = {
      latents: drawn(samples, 4, side, side),
      noise: drawn(samples, 4, side, side),
      c_concat: drawn(samples, 12, side, side),
      context: drawn(samples, 768),
      t: scalar(401),
      a: scalar(0.4),
      a_prev: scalar(0.7),
      s: scalar(0.4),
      guidance: scalar(1.5),
    }
    // The graph has a size: it is opened with the first step.
    await denoiser.step(feeds)
    return { step: () => denoiser.step(feeds), close: () => kept.close() }
  },
})
