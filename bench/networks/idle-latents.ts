import type { HostTensor, LatentModel } from '../../packages/networks/src/index.ts'

/** Networks that take no time: everything that crosses to a real InterDyn's process crosses to this one too. */
export async function openIdleLatents(): Promise<LatentModel> {
  return {
    network: 'idle',
    digest: '0'.repeat(64),
    scalingFactor: 0.18215,
    sizeMultiple: 64,
    encode: async ({ shape: [count, , height, width] }) => zeros([count, 4, height / 8, width / 8]),
    embed: async () => zeros([1, 1024]),
    step: async ({ latents }) => latents,
    decode: async ({ shape: [count, , height, width] }) => zeros([count, 3, 8 * height, 8 * width]),
    close: async () => undefined,
  }
}

function zeros(shape: readonly number[]): HostTensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  return { type: 'float32', data, shape }
}
