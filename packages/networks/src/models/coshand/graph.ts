import type { MapSize } from '../../layers/gathered-convolution.ts'
import { type GraphModel, GraphBuilder, type Value } from '../../onnx/graph-builder.ts'
import { add, type Layers, multiply } from '../../layers/layers.ts'
import { ldmUnet } from '../ldm/graph.ts'
import type { LdmUnetConfig } from '../ldm/config.ts'

/** How the step is computed. */
export interface StepGraphOptions extends Omit<Layers, 'graph'> {
  /** Both halves of guidance in one pass, or one after the other: half the memory of what flows, and no other result. */
  readonly halves: 'together' | 'apart'
}

/**
 * One step of DDIM with guidance: `latents`, `noise` [N, 4, h, w], `c_concat` [N, C, h, w], `context` [N, W], `time` [1, …], and numbers without axes
 * `guidance`, `of_latents`, `of_prediction`, `of_noise` → `next` [N, 4, h, w], N any. The unguided half sees zeros in place of `c_concat` and `context`.
 * @param layers `tensor` by the UNet's own names
 * @param size h and w
 */
export function coshandStep(config: LdmUnetConfig, { halves, ...how }: StepGraphOptions, size: MapSize): GraphModel {
  const graph = new GraphBuilder('coshand-step')
  const layers: Layers = { graph, ...how }
  const { height, width } = size
  const maps = (name: string, channels: number): Value =>
    graph.input(name, 'float32', ['samples', channels, height, width])
  const number = (name: string): Value => graph.input(name, 'float32', [])
  const latents = maps('latents', config.outChannels)
  const concat = maps('c_concat', config.inChannels - config.outChannels)
  const context = graph.input('context', 'float32', ['samples', config.contextWidth])
  const time = graph.input('time', 'float32', [1, config.modelChannels])

  const zero = graph.scalar(0)
  const halvesOf = (x: Value): Value[] => [multiply(layers, x, zero), x]
  const [concats, contexts] = [halvesOf(concat), halvesOf(context)]
  const input = (half: number): Value => graph.node('Concat', [latents, concats[half]], { axis: 1 })
  const predict = (x: Value, context: Value): Value => ldmUnet(layers, config, { x, time, context, size })
  const stack = (parts: readonly Value[]): Value => graph.node('Concat', parts, { axis: 0 })
  const [unguided, guided] =
    halves === 'apart'
      ? [0, 1].map((half) => predict(input(half), contexts[half]))
      : graph.nodes('Split', [predict(stack([input(0), input(1)]), stack(contexts))], 2, { axis: 0, num_outputs: 2 })

  const difference = graph.node('Sub', [guided, unguided])
  const prediction = add(layers, unguided, multiply(layers, number('guidance'), difference))
  const terms = [
    multiply(layers, latents, number('of_latents')),
    multiply(layers, prediction, number('of_prediction')),
    multiply(layers, maps('noise', config.outChannels), number('of_noise')),
  ]
  const next = add(layers, add(layers, terms[0], terms[1]), terms[2])
  graph.output(next, 'next', 'float32', ['samples', config.outChannels, height, width])
  return graph.build()
}
