import { GraphBuilder } from '../../src/onnx/graph-builder.ts'
import { heldSteps } from '../../src/roles/held-latents.ts'
import type { LatentModel } from '../../src/roles/latent-model.ts'
import { type HostTensor, openSession } from '../../src/session/session.ts'
import { networkError } from '../../src/tracklets/network-error.ts'

/**
 * A model of one graph for tests of the process that it runs in: a step adds `sigma` to every latent. `encode` and `embed` do what the test asks for by a
 * negative first number: −1 an error of ours, −2 a crash, −3 an end of memory as onnxruntime words it, −4 never answers; any other gives the picture back.
 */
export async function openTinyLatent(digest: string): Promise<LatentModel & { pid: number }> {
  if (digest === 'refused')
    throw networkError('wrong-tensors', 'tiny', 'none of its tensors', { details: { missing: ['a'] } })
  if (digest === 'crash') process.abort()
  const graph = new GraphBuilder('tiny')
  const latents = graph.input('latents', 'float32', ['n'])
  const control = graph.input('control', 'uint8', ['m'])
  const sigma = graph.input('sigma', 'float32', [])
  const light = graph.node('ReduceSum', [graph.node('Cast', [control], { to: 1 })], { keepdims: 0 })
  graph.output(graph.node('Add', [graph.node('Add', [latents, sigma]), light]), 'y', 'float32', ['n'])
  const session = await openSession(graph.build(), { threads: 1 })
  const step: LatentModel['step'] = async (feeds) => (await session.run(feeds)).y
  return {
    network: 'tiny',
    digest,
    scalingFactor: 0.5,
    sizeMultiple: 8,
    pid: process.pid,
    encode: asked,
    embed: asked,
    step,
    ...heldSteps(step),
    decode: async ({ type, shape }) => ({ type, shape, data: Float32Array.of(process.pid) }),
    decodeBytes: async ({ shape }) => ({ type: 'uint8', shape, data: Uint8Array.of(process.pid) }),
    close: () => session.close(),
  }
}

/** Gives what it was asked with, to see what crosses. */
export async function openEcho(): Promise<object> {
  return { name: 'echo', size: 3, list: [1], echo: (...args: unknown[]) => Promise.resolve(args) }
}

async function asked(tensor: HostTensor): Promise<HostTensor> {
  const word = Number(tensor.data[0])
  if (word === -1) throw networkError('shape-mismatch', 'tiny', { expected: 'one', found: 'two', then: 'count again' })
  if (word === -2) process.abort()
  if (word === -3) throw networkError('out-of-memory', 'cpu', { expected: 'enough memory', found: 'none' })
  if (word === -4) for (;;);
  return tensor
}
