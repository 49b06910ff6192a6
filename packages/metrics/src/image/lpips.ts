import type { FrameArray } from '@kinemetric/video'
import type { NetworkOptions, PairDistance } from '@kinemetric/networks'
import { findRecipe } from '../recipes/find-recipe.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import type { PairDistanceNeed } from '../spec/need.ts'
import { checkFramePair } from './frame-pair.ts'
import { meanOfRegion, weighRegion } from './region/mean-of-region.ts'
import { regionOf, type RegionRecipe, wholeFrame } from './region/region.ts'

// Learned perceptual image patch similarity, version 0.1 and its first release, 0.0: the weighted squared difference of unit-length activations of a
// frozen classifier, averaged over positions and summed over layers. The network's own arithmetic is in
// `@kinemetric/networks`; here are the choices that change the number.

/** A recipe of LPIPS: what it asks of the network. */
export interface LpipsRecipe extends RecipeInfo, Partial<Omit<RegionRecipe, keyof RecipeInfo>> {
  need: PairDistanceNeed
}

const norms = { lpips: 'sqrt(sum)+1e-10', torchmetrics: 'sqrt(1e-8+sum)' } as const

function lpipsRecipe(
  id: string,
  summary: string,
  net: 'alex' | 'vgg' | 'squeeze',
  settings: { epsilon: 'lpips' | 'torchmetrics'; spatial: boolean },
  version: '0.0' | '0.1' = '0.1',
): LpipsRecipe {
  return {
    id,
    summary,
    settings: {
      net,
      version,
      range: '-1..1',
      resize: 'none',
      norm: norms[settings.epsilon],
      mean: settings.spatial ? 'upsampled-map' : 'layer-positions',
    },
    // A part of a frame has a value where there is a map of the frame.
    ...(settings.spatial ? wholeFrame : {}),
    need: { network: version === '0.1' ? `lpips-${net}` : `lpips-v${version}-${net}`, settings },
  }
}

const firstRelease = 'heads of the first release, before whose network no channel is scaled (version="0.0")'

const recipes: readonly LpipsRecipe[] = [
  lpipsRecipe('alex', 'AlexNet, mean over each layer’s positions (the lpips package’s default)', 'alex', {
    epsilon: 'lpips',
    spatial: false,
  }),
  lpipsRecipe('vgg', 'VGG16, mean over each layer’s positions', 'vgg', { epsilon: 'lpips', spatial: false }),
  lpipsRecipe('squeeze', 'SqueezeNet 1.1, mean over each layer’s positions', 'squeeze', {
    epsilon: 'lpips',
    spatial: false,
  }),
  lpipsRecipe(
    'alex-spatial',
    'AlexNet, mean of the full-size map (JunyaoHu calls the package with spatial=True)',
    'alex',
    { epsilon: 'lpips', spatial: true },
  ),
  lpipsRecipe('vgg-spatial', 'VGG16, mean of the full-size map', 'vgg', { epsilon: 'lpips', spatial: true }),
  lpipsRecipe('squeeze-spatial', 'SqueezeNet 1.1, mean of the full-size map', 'squeeze', {
    epsilon: 'lpips',
    spatial: true,
  }),
  lpipsRecipe('torchmetrics-alex', 'AlexNet with torchmetrics’ epsilon', 'alex', {
    epsilon: 'torchmetrics',
    spatial: false,
  }),
  lpipsRecipe('torchmetrics-vgg', 'VGG16 with torchmetrics’ epsilon', 'vgg', {
    epsilon: 'torchmetrics',
    spatial: false,
  }),
  lpipsRecipe('torchmetrics-squeeze', 'SqueezeNet 1.1 with torchmetrics’ epsilon', 'squeeze', {
    epsilon: 'torchmetrics',
    spatial: false,
  }),
  lpipsRecipe('v0.0-alex', `AlexNet, ${firstRelease}`, 'alex', { epsilon: 'lpips', spatial: false }, '0.0'),
  lpipsRecipe('v0.0-vgg', `VGG16, ${firstRelease}`, 'vgg', { epsilon: 'lpips', spatial: false }, '0.0'),
  lpipsRecipe(
    'v0.0-squeeze',
    `SqueezeNet 1.1, ${firstRelease}`,
    'squeeze',
    { epsilon: 'lpips', spatial: false },
    '0.0',
  ),
]

export const lpipsSpec: MetricSpec<'distance', LpipsRecipe> = {
  id: 'lpips',
  title: 'Learned perceptual image patch similarity (LPIPS)',
  group: 'image',
  label: { short: 'LPIPS', long: 'Learned perceptual image patch similarity', decimals: 3 },
  unit: '',
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  per: 'frame',
  aligned: true,
  version: 1,
  sees: 'What features of a classification network see: texture, sharpness and shapes, weighted by what people called alike.',
  misses: 'Motion from frame to frame, and small objects, which few of the features cover.',
  defaultRecipe: 'alex',
  recipes,
  matches: 'richzhang/PerceptualSimilarity (lpips 0.1)',
  cite: 'Zhang, Isola, Efros, Shechtman & Wang, The unreasonable effectiveness of deep features as a perceptual metric, CVPR 2018',
  needs: ({ need }) => ({ kind: 'distance', ask: need }),
  measure: ({ values, scored }, recipe) => ({
    series: { frames: scored, values: regionOf(recipe) === undefined ? finite(values) : values },
  }),
  weigh: weighRegion,
  conclude: (set, recipe, how) => Promise.resolve(meanOfRegion(lpipsSpec, set, recipe, how)),
}

/** How and where the network runs, or one that is open already and was made for the recipe. */
export interface LpipsOptions extends NetworkOptions {
  recipe?: string | undefined
  network?: Pick<PairDistance, 'distance'> | undefined
}

/**
 * LPIPS of each frame.
 *
 * @param generated `[T, H, W, 3]`, 0..255, sRGB; not resized
 * @param reference the same shape
 * @param options.network without it the weights are looked for, and the network opened and closed, in this call
 * @returns `[T]`, 0 for equal frames, larger for less similar ones
 * @throws KinemetricError `shape-mismatch`, `not-frames`, `empty`, `unknown-recipe`, `not-finite`; what `openNetwork` and
 * its network throw: `weights` with the command that fetches them, `too-small`
 */
export async function lpips(
  generated: FrameArray,
  reference: FrameArray,
  { recipe: id, network, ...how }: LpipsOptions = {},
): Promise<Float64Array> {
  const { need } = findRecipe(lpipsSpec, id)
  checkFramePair(generated, reference, lpipsSpec.id)
  if (network !== undefined) return valuesOf(network, generated, reference)
  // onnxruntime is loaded only when a network is asked for.
  const { openNetwork } = await import('@kinemetric/networks')
  const opened = await openNetwork('distance', need, how)
  try {
    return await valuesOf(opened.network, generated, reference)
  } finally {
    await opened.network.close()
  }
}

/** One value a frame. @throws KinemetricError `not-finite`, also for another number of values */
async function valuesOf(
  network: Pick<PairDistance, 'distance'>,
  generated: FrameArray,
  reference: FrameArray,
): Promise<Float64Array> {
  const values = Float64Array.from(await network.distance(generated, reference))
  const [frames] = generated.shape
  if (values.length === frames) return finite(values)
  throw metricError('not-finite', lpipsSpec.id, {
    expected: `${frames} finite values of the network`,
    found: `${values.length} values`,
  })
}

function finite(values: Float64Array): Float64Array {
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return values
  throw metricError('not-finite', lpipsSpec.id, {
    expected: `${values.length} finite values of the network`,
    found: `${values[wrong]} at frame ${wrong}`,
  })
}
