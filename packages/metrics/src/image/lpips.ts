import type { Lpips, LpipsNet, Provider } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import { findRecipe } from '../spec/find-recipe.ts'
import { checkFramePair } from './frame-pair.ts'
import { MetricError } from '../spec/metric-error.ts'
import type { MetricInfo } from '../spec/metric-spec.ts'

// Learned perceptual image patch similarity, version 0.1: the weighted squared difference of unit-length activations of a
// frozen classifier, averaged over positions and summed over layers. The network's own arithmetic is in
// `@kinemetric/networks` (`openLpips`); here are the choices that change the number.

/** Names of the LPIPS recipes. */
export type LpipsRecipe = LpipsNet | `${LpipsNet}-spatial` | `torchmetrics-${LpipsNet}`

/** What a recipe asks of the network. */
interface LpipsPlan {
  net: LpipsNet
  epsilon: 'lpips' | 'torchmetrics'
  spatial: boolean
}

const PLANS: Readonly<Record<LpipsRecipe, LpipsPlan>> = {
  alex: { net: 'alex', epsilon: 'lpips', spatial: false },
  vgg: { net: 'vgg', epsilon: 'lpips', spatial: false },
  squeeze: { net: 'squeeze', epsilon: 'lpips', spatial: false },
  'alex-spatial': { net: 'alex', epsilon: 'lpips', spatial: true },
  'vgg-spatial': { net: 'vgg', epsilon: 'lpips', spatial: true },
  'squeeze-spatial': { net: 'squeeze', epsilon: 'lpips', spatial: true },
  'torchmetrics-alex': { net: 'alex', epsilon: 'torchmetrics', spatial: false },
  'torchmetrics-vgg': { net: 'vgg', epsilon: 'torchmetrics', spatial: false },
  'torchmetrics-squeeze': { net: 'squeeze', epsilon: 'torchmetrics', spatial: false },
}

/** Smallest side at which every tap of the backbone has at least one position. */
const SMALLEST: Readonly<Record<LpipsNet, number>> = { alex: 31, vgg: 16, squeeze: 17 }

/** Identifiers of the two weight files of a backbone in the weight catalogue. */
const WEIGHTS: Readonly<Record<LpipsNet, { backbone: string; heads: string }>> = {
  alex: { backbone: 'alexnet', heads: 'lpips-alex' },
  vgg: { backbone: 'vgg16', heads: 'lpips-vgg' },
  squeeze: { backbone: 'squeezenet1_1', heads: 'lpips-squeeze' },
}

const common = { version: '0.1', range: '-1..1', resize: 'none' } as const
const reference = { ...common, norm: 'sqrt(sum)+1e-10' } as const
const torchmetrics = { ...common, norm: 'sqrt(1e-8+sum)' } as const

export const lpipsInfo = {
  id: 'lpips',
  title: 'Learned perceptual image patch similarity (LPIPS)',
  unit: '',
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  per: 'frame',
  needs: 'lpips',
  version: 1,
  defaultRecipe: 'alex',
  recipes: [
    {
      id: 'alex',
      summary: 'AlexNet, mean over each layer’s positions (the lpips package’s default)',
      settings: { net: 'alex', ...reference, mean: 'layer-positions' },
    },
    {
      id: 'vgg',
      summary: 'VGG16, mean over each layer’s positions',
      settings: { net: 'vgg', ...reference, mean: 'layer-positions' },
    },
    {
      id: 'squeeze',
      summary: 'SqueezeNet 1.1, mean over each layer’s positions',
      settings: { net: 'squeeze', ...reference, mean: 'layer-positions' },
    },
    {
      id: 'alex-spatial',
      summary: 'AlexNet, mean of the full-size map (JunyaoHu calls the package with spatial=True)',
      settings: { net: 'alex', ...reference, mean: 'upsampled-map' },
    },
    {
      id: 'vgg-spatial',
      summary: 'VGG16, mean of the full-size map',
      settings: { net: 'vgg', ...reference, mean: 'upsampled-map' },
    },
    {
      id: 'squeeze-spatial',
      summary: 'SqueezeNet 1.1, mean of the full-size map',
      settings: { net: 'squeeze', ...reference, mean: 'upsampled-map' },
    },
    {
      id: 'torchmetrics-alex',
      summary: 'AlexNet with torchmetrics’ epsilon',
      settings: { net: 'alex', ...torchmetrics, mean: 'layer-positions' },
    },
    {
      id: 'torchmetrics-vgg',
      summary: 'VGG16 with torchmetrics’ epsilon',
      settings: { net: 'vgg', ...torchmetrics, mean: 'layer-positions' },
    },
    {
      id: 'torchmetrics-squeeze',
      summary: 'SqueezeNet 1.1 with torchmetrics’ epsilon',
      settings: { net: 'squeeze', ...torchmetrics, mean: 'layer-positions' },
    },
  ],
  matches: 'richzhang/PerceptualSimilarity (lpips 0.1)',
  cite: 'Zhang, Isola, Efros, Shechtman & Wang, The unreasonable effectiveness of deep features as a perceptual metric, CVPR 2018',
} as const satisfies MetricInfo

/** How and where the network runs. */
export interface LpipsOptions {
  provider?: Provider | undefined
  threads?: number | undefined
  /** Frames a run; more need more memory. */
  batch?: number | undefined
  /** Folders that may hold the weights, instead of the usual ones. */
  searchPath?: string[] | undefined
}

/** An LPIPS network with its weights, for many clips. */
export interface LpipsMetric {
  recipe: LpipsRecipe
  /** For the signature: the first 12 hex digits of the digests of the backbone's and the heads' tensors. */
  weights: string
  /** The frames' distances; see `lpips`. */
  measure(generated: FrameArray, reference: FrameArray): Promise<Float64Array>
  /** `[T, H, W]` row-major: where the frames differ; of the spatial recipes only (NetworkInputError otherwise). */
  map(generated: FrameArray, reference: FrameArray): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Finds the weights of a recipe and opens its network.
 *
 * @throws MetricError `unknown-recipe`; WeightsMissingError with the command that fetches them; ProviderError
 */
export async function openLpipsMetric(
  recipe: LpipsRecipe = lpipsInfo.defaultRecipe,
  options: LpipsOptions = {},
): Promise<LpipsMetric> {
  const { net, epsilon, spatial } = PLANS[findRecipe(lpipsInfo, recipe).id]
  // onnxruntime is loaded only when a network is asked for.
  const { locateWeight, openLpips } = await import('@kinemetric/networks')
  const search = options.searchPath === undefined ? {} : { searchPath: options.searchPath }
  const backbone = await locateWeight(WEIGHTS[net].backbone, search)
  const heads = await locateWeight(WEIGHTS[net].heads, search)
  const { provider, threads, batch } = options
  const network = await openLpips(
    net,
    { backbone: backbone.checkpoint, heads: heads.checkpoint },
    { epsilon, spatial, provider, threads, batch },
  )
  return {
    recipe,
    weights: network.digest
      .split('+')
      .map((digest) => digest.slice(0, 12))
      .join('+'),
    measure: (generated, other) => lpips(generated, other, { recipe, network }),
    map: (generated, other) => {
      checkFramePair(generated, other, lpipsInfo.id)
      return network.map(generated, other)
    },
    close: () => network.close(),
  }
}

/**
 * LPIPS of each frame.
 *
 * @param generated `[T, H, W, 3]`, 0..255, sRGB; not resized
 * @param reference the same shape
 * @param options.network an open network that was made for the recipe; without it the weights are looked for, and the
 * network opened and closed, in this call
 * @returns `[T]`, 0 for equal frames, larger for less similar ones
 * @throws MetricError `shape-mismatch`, `not-frames`, `empty`, `unknown-recipe`, `too-small`, `not-finite`; what
 * `openLpipsMetric` throws
 */
export async function lpips(
  generated: FrameArray,
  reference: FrameArray,
  options: LpipsOptions & { recipe?: LpipsRecipe | undefined; network?: Pick<Lpips, 'distance'> | undefined } = {},
): Promise<Float64Array> {
  const recipe = findRecipe(lpipsInfo, options.recipe).id
  checkFramePair(generated, reference, lpipsInfo.id)
  checkSize(generated, PLANS[recipe].net)
  if (options.network === undefined) {
    const metric = await openLpipsMetric(recipe, options)
    try {
      return await metric.measure(generated, reference)
    } finally {
      await metric.close()
    }
  }
  const values = Float64Array.from(await options.network.distance(generated, reference))
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0 || values.length !== generated.shape[0]) {
    const found = wrong >= 0 ? `${values[wrong]} at frame ${wrong}` : `${values.length} values`
    throw new MetricError(
      'not-finite',
      lpipsInfo.id,
      `expected ${generated.shape[0]} finite values of the network; found ${found}`,
    )
  }
  return values
}

function checkSize(frames: FrameArray, net: LpipsNet): void {
  const [, height, width] = frames.shape
  const smallest = SMALLEST[net]
  if (Math.min(height, width) < smallest) {
    throw new MetricError(
      'too-small',
      lpipsInfo.id,
      `expected frames of at least ${smallest}x${smallest} pixels (height x width) for the network '${net}'; ` +
        `found ${height}x${width}`,
    )
  }
}
