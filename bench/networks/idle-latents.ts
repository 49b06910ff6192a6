import { setTimeout } from 'node:timers/promises'
import {
  type DecodedFrames,
  decodedBytes,
  heldSteps,
  type HostTensor,
  type LatentModel,
} from '../../packages/networks/src/index.ts'

/** Networks that take no time: everything that crosses to a real InterDyn's process crosses to this one too, frames as grainy as real ones come back. */
export async function openIdleLatents(): Promise<LatentModel & { readonly pid: number }> {
  return {
    network: 'idle',
    pid: process.pid,
    digest: '0'.repeat(64),
    scalingFactor: 0.18215,
    sizeMultiple: 64,
    encode: async ({ shape: [count, , height, width] }) => zeros([count, 4, height / 8, width / 8]),
    embed: async () => zeros([1, 1024]),
    step,
    ...heldSteps(step),
    decode,
    decodeBytes: async (latents) => decodedBytes(await decode(latents)),
    close: async () => undefined,
  }
}

/** How long a step lets its process wait, in ms, as for a card that works: what is done meanwhile costs a clip nothing. */
const wait = Number(process.env.KINEMETRIC_BENCH_STEP_MS ?? 0)

const step: LatentModel['step'] = async ({ latents }) => {
  if (wait > 0) await setTimeout(wait)
  return latents
}

/** The last video that was made: a real network's time is not this one's to spend. */
let video: HostTensor | undefined

async function decode({ shape: [count, , height, width] }: HostTensor): Promise<DecodedFrames> {
  return (video ??= picture([count, 3, 8 * height, 8 * width]))
}

/** Something smooth that moves, with grain of two levels or so: what PNG makes of it is about what it makes of a real clip. */
function picture(shape: readonly [number, number, number, number]): HostTensor {
  const [count, , height, width] = shape
  const data = new Float32Array(count * 3 * height * width)
  let [at, seed] = [0, 1]
  for (let t = 0; t < count; t++)
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          seed = (Math.imul(seed, 1664525) + 1013904223) | 0
          data[at++] = 0.7 * Math.sin(0.02 * (x + 3 * t) + c) * Math.cos(0.03 * y) + 0.016 * (seed / 2 ** 31)
        }
  return { type: 'float32', data, shape }
}

function zeros(shape: readonly number[]): HostTensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  return { type: 'float32', data, shape }
}
