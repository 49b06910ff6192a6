import type { DistanceRecipe } from '../../spec/distance.ts'

/** A recipe of JEDi. */
export interface JediRecipe extends DistanceRecipe {
  /** Whether pairs of a row with itself count, as in the package, or not. */
  selfPairs: 'counted' | 'left-out'
  /** What the value is told as besides: WorldArena's exp(−0.4·JEDi). */
  alsoAs?: 'exp(-0.4x)' | undefined
}

/** How clips become the input of V-JEPA, by the network's own names, and what its tokens become. */
interface JediChoice {
  id: string
  summary: string
  network?: 'vjepa-vith16' | 'vjepa2-vitl16'
  preprocessing?: 'worldarena' | 'jepa-eval' | 'package-test' | 'hf-256'
  pool?: 'probe-proj' | 'probe' | 'mean'
  selfPairs?: 'counted' | 'left-out'
  alsoAs?: 'exp(-0.4x)'
}

/** Frames and size that a preprocessing gives. */
const inputs = {
  worldarena: { frames: '16-uniform', input: '224x224' },
  'jepa-eval': { frames: '16-every-4th', input: '224x224' },
  'package-test': { frames: '32-in-a-row', input: '240x320' },
  'hf-256': { frames: '16-uniform', input: '256x256' },
} as const

const networks = {
  'vjepa-vith16': { dimension: 1280, checkpoints: ['vjepa-vith16'] },
  'vjepa2-vitl16': { dimension: 1024, checkpoints: ['vjepa2-vitl16-ssv2'] },
} as const

function jediRecipe(choice: JediChoice): JediRecipe {
  const { id, summary, network = 'vjepa-vith16', preprocessing = 'worldarena', pool = 'probe-proj' } = choice
  const { selfPairs = 'counted', alsoAs } = choice
  const { dimension, checkpoints } = networks[network]
  return {
    id,
    summary,
    selfPairs,
    alsoAs,
    need: { network, checkpoints, preprocessing, variant: `pool-${pool}`, dimension },
    settings: {
      network,
      resize: preprocessing,
      ...inputs[preprocessing],
      pool,
      dtype: 'float64-of-float32',
      kernel: '(x.y/d)^2',
      estimator: selfPairs === 'counted' ? 'biased' : 'unbiased',
      scale: 100,
      ...(alsoAs === undefined ? {} : { also: alsoAs }),
    },
  }
}

// What published numbers differ in is whether the pooler's projection is applied. The probe was trained without it, and the package's own dependency (vjepa
// 0.1.2) applies it all the same: a matrix that never got a gradient. Frames and size are the caller's there, so that each recipe names them.

/** Recipes of JEDi. */
export const jediRecipes: readonly JediRecipe[] = [
  jediRecipe({
    id: 'package',
    summary:
      'videojedi 0.1.2 with vjepa 0.1.2: the pooler with its untrained projection; 16 frames of the whole clip at 224×224',
  }),
  jediRecipe({
    id: 'probe',
    summary: 'the pooler as its probe was trained, without the projection; the rest as package',
    pool: 'probe',
  }),
  jediRecipe({
    id: 'unbiased',
    summary:
      'package without the pairs of a row with itself, so that it is about 0 for two samples of one distribution',
    selfPairs: 'left-out',
  }),
  jediRecipe({
    id: 'worldarena',
    summary: 'package, told also as WorldArena prints it: exp(-0.4·JEDi), which is better when higher',
    alsoAs: 'exp(-0.4x)',
  }),
  jediRecipe({
    id: 'jepa-eval',
    summary:
      'package on frames as V-JEPA evaluates: every 4th of the first 64, shorter side 256 by OpenCV, centre crop of 224',
    preprocessing: 'jepa-eval',
  }),
  jediRecipe({
    id: 'package-test',
    summary: 'package on frames as its own tests take them: 32 in a row at 240×320, nearest',
    preprocessing: 'package-test',
  }),
  jediRecipe({
    id: 'mean',
    summary: 'the mean of the tokens, without a probe (finetuned=False of the package); the rest as package',
    pool: 'mean',
  }),
  jediRecipe({
    id: 'vjepa2-l',
    summary: 'the same distance on V-JEPA 2 ViT-L/16 with its SSv2 pooler, 16 frames at 256×256',
    network: 'vjepa2-vitl16',
    preprocessing: 'hf-256',
    pool: 'probe',
  }),
]
