import type { TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { add, type Dtype, type Layers, multiply, reshape, toArithmetic, toFloat32 } from '../../layers/layers.ts'
import { elementTypeNumbers } from '../../onnx/element-type.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import type { Grid } from '../svd/grid.ts'
import { svdUnet } from '../svd/unet.ts'
import { type InterdynConfig, latentScale } from './config.ts'
import { accumulated, controlnet, embedControl } from './controlnet.ts'
import { eulerUpdate } from './update.ts'

/** Both diffusion networks: what they are made of and where their tensors lie. */
export interface InterdynNetworks {
  readonly config: InterdynConfig
  readonly unet: (name: string) => TensorReference
  readonly controlnet: (name: string) => TensorReference
}

/** How a graph computes. */
export interface Arithmetic {
  readonly dtype: Dtype
  /** See `Layers`. */
  readonly fusedAttention: boolean
  readonly spelledNorms?: boolean | undefined
  readonly gatherSmallMaps?: boolean | undefined
  readonly skipDoubledMaps?: boolean | undefined
  readonly lateWeights?: boolean | undefined
}

/**
 * One step of the sampler in one graph: scaling of what comes in, both halves of guidance, ControlNet, UNet, guidance frame by frame, Euler update.
 *
 * Inputs, float32 but for the control: `latents` [S, T, 4, h, w], `image_latents` [S, 4, h, w], `context` [S, C], `control` uint8 [T, 3, 8h, 8w],
 * `control_scale` [], `guidance` [T], `time` [1, first width] and `ids` [1, 3 · idSize] (sinusoids), `sigma` [] and `sigma_next` [].
 * Output: `latents_next` [S, T, 4, h, w]; with `inspect` also `residual/<i>` [2S·T, C, …] (the last is the middle; scaled, before they are counted
 * several times) and `v` [2S, T, 4, h, w]; the half without condition comes first.
 * @param grid of the latents
 */
export function stepGraph(
  networks: InterdynNetworks,
  grid: Grid,
  how: Arithmetic & { readonly inspect?: boolean | undefined },
): GraphModel {
  const graph = new GraphBuilder('interdyn-step')
  const { samples, frames, height, width } = grid
  const given = declareInputs(graph, networks.config, grid)
  const twice = (without: Value, value: Value): Value => graph.node('Concat', [without, value], { axis: 0 })
  const zeros = (shape: readonly number[]): Value => graph.node('ConstantOfShape', [graph.ints(shape)])
  const { v, residuals } = predict(
    graph,
    networks,
    how,
    { ...grid, samples: 2 * samples },
    {
      ...given,
      latents: twice(given.latents, given.latents),
      image: twice(zeros([samples, given.channels, height, width]), given.image),
      context: twice(zeros([samples, networks.config.unet.levels[0].context]), given.context),
    },
  )
  const [unguided, guided] = graph.nodes('Split', [v], 2, { axis: 0, num_outputs: 2 })
  const shape = [samples, frames, given.channels, height, width]
  graph.output(
    eulerUpdate(graph, { ...declareUpdate(graph, given, frames), unguided, guided }),
    'latents_next',
    'float32',
    shape,
  )
  if (how.inspect === true) {
    for (const [at, residual] of residuals.entries()) {
      const names = [`channels/${at}`, `height/${at}`, `width/${at}`]
      graph.output(residual, `residual/${at}`, 'float32', [2 * samples * frames, ...names])
    }
    graph.output(v, 'v', 'float32', [2 * samples, frames, given.channels, height, width])
  }
  return graph.build()
}

/**
 * What both networks make of one half of guidance, for machines without the memory for both: inputs as `stepGraph`'s up to `sigma`, zeros for
 * `image_latents` and `context` in the half without condition; output `v` [S, T, 4, h, w].
 */
export function halfGraph(networks: InterdynNetworks, grid: Grid, how: Arithmetic): GraphModel {
  const graph = new GraphBuilder('interdyn-half')
  const { samples, frames, height, width } = grid
  const given = declareInputs(graph, networks.config, grid)
  const { v } = predict(graph, networks, how, grid, given)
  graph.output(v, 'v', 'float32', [samples, frames, given.channels, height, width])
  return graph.build()
}

/** Guidance and Euler update alone: `latents`, `unguided` and `guided` [S, T, 4, h, w], `guidance`, `sigma`, `sigma_next`; output `latents_next`. */
export function updateGraph(
  { config }: Pick<InterdynNetworks, 'config'>,
  { samples, frames, height, width }: Grid,
): GraphModel {
  const graph = new GraphBuilder('interdyn-update')
  const shape = [samples, frames, config.unet.outChannels, height, width]
  const input = (name: string): Value => graph.input(name, 'float32', shape)
  const latents = input('latents')
  const halves = { unguided: input('unguided'), guided: input('guided') }
  const sigma = graph.input('sigma', 'float32', [])
  graph.output(
    eulerUpdate(graph, { ...declareUpdate(graph, { latents, sigma }, frames), ...halves }),
    'latents_next',
    'float32',
    shape,
  )
  return graph.build()
}

interface Given {
  readonly latents: Value
  readonly image: Value
  readonly context: Value
  readonly control: Value
  readonly controlScale: Value
  readonly time: Value
  readonly ids: Value
  readonly sigma: Value
  /** Of the latents. */
  readonly channels: number
}

function declareInputs(graph: GraphBuilder, { unet }: InterdynConfig, { samples, frames, height, width }: Grid): Given {
  const channels = unet.outChannels
  const float = (name: string, shape: readonly number[]): Value => graph.input(name, 'float32', shape)
  return {
    channels,
    latents: float('latents', [samples, frames, channels, height, width]),
    image: float('image_latents', [samples, channels, height, width]),
    context: float('context', [samples, unet.levels[0].context]),
    control: graph.input('control', 'uint8', [frames, 3, latentScale * height, latentScale * width]),
    controlScale: float('control_scale', []),
    time: float('time', [1, unet.levels[0].width]),
    ids: float('ids', [1, 3 * unet.idSize]),
    sigma: float('sigma', []),
  }
}

function declareUpdate(
  graph: GraphBuilder,
  { latents, sigma }: Pick<Given, 'latents' | 'sigma'>,
  frames: number,
): { latents: Value; sigma: Value; next: Value; guidance: Value } {
  const [next, guidance] = [graph.input('sigma_next', 'float32', []), graph.input('guidance', 'float32', [frames])]
  return { latents, sigma, next, guidance: graph.node('Reshape', [guidance, graph.ints([frames, 1, 1, 1])]) }
}

/** v of every sample of the grid, float32 `[samples, T, 4, h, w]`, and the ControlNet's residuals, float32. */
function predict(
  graph: GraphBuilder,
  { config, ...tensors }: InterdynNetworks,
  how: Arithmetic,
  grid: Grid,
  given: Given,
): { v: Value; residuals: Value[] } {
  const { samples, frames, height, width } = grid
  const { dtype, fusedAttention, spelledNorms, gatherSmallMaps, skipDoubledMaps, lateWeights } = how
  const base = { graph, dtype, fusedAttention, spelledNorms, gatherSmallMaps, skipDoubledMaps, lateWeights }
  const unet: Layers = { ...base, tensor: tensors.unet }
  const branch: Layers = { ...base, tensor: tensors.controlnet }

  // Only the latents are scaled; what stands for the picture is the same in every frame.
  const variance = add(unet, multiply(unet, given.sigma, given.sigma), graph.scalar(1))
  const scaled = graph.node('Div', [given.latents, graph.node('Sqrt', [variance])])
  const image = reshape(unet, given.image, [samples, 1, given.channels, height, width])
  const repeated = graph.node('Expand', [image, graph.ints([samples, frames, given.channels, height, width])])
  const joined = graph.node('Concat', [scaled, repeated], { axis: 2 })
  const sample = toArithmetic(unet, reshape(unet, joined, [samples * frames, 2 * given.channels, height, width]))

  const pixels = graph.node('Cast', [given.control], { to: elementTypeNumbers.float32 })
  const signed = graph.node('Sub', [multiply(unet, pixels, graph.scalar(2 / 255)), graph.scalar(1)])
  const embedded = embedControl(branch, toArithmetic(branch, signed), config.controlnet)
  const condition = graph.node('Tile', [embedded, graph.ints([samples, 1, 1, 1])])

  const told = {
    time: toArithmetic(unet, given.time),
    ids: toArithmetic(unet, given.ids),
    context: toArithmetic(unet, given.context),
  }
  const scale = toArithmetic(branch, given.controlScale)
  const control = controlnet(branch, sample, { config: config.controlnet, grid, told, condition, scale })
  const residuals = accumulated(unet, control, config.unet.levels.length)
  const v = toFloat32(unet, svdUnet(unet, sample, { config: config.unet, grid, told, residuals }))
  return {
    v: reshape(unet, v, [samples, frames, given.channels, height, width]),
    residuals: [...control.skips.map(({ residual }) => residual), control.middle].map((x) => toFloat32(branch, x)),
  }
}
