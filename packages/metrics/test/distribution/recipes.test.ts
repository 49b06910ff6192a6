import { describe, expect, test } from 'vitest'
import {
  distanceCatalogue,
  fidSpec,
  findDistance,
  findRecipe,
  fvdSpec,
  kidSpec,
  kvdSpec,
  parseSignature,
  signature,
} from '@kinemetric/metrics'
import { featureNeedKey } from '@kinemetric/networks'

describe('recipes of the distribution metrics', () => {
  // Those of metrics that joined later stand in their goldens, by their signatures.
  test('are these', () => {
    expect(
      [fidSpec, kidSpec, fvdSpec, kvdSpec].map(({ id, defaultRecipe, recipes }) => [
        id,
        defaultRecipe,
        recipes.map((recipe) => recipe.id),
      ]),
    ).toEqual([
      [
        'fid',
        'torch-fidelity',
        [
          'torch-fidelity',
          'pytorch-fid',
          'torchmetrics-1.7',
          'torchmetrics-1.8',
          'clean-fid',
          'clean-fid-legacy-pytorch',
          'clean-fid-legacy-tensorflow',
          'stylegan',
        ],
      ],
      [
        'kid',
        'full',
        [
          'full',
          'torch-fidelity',
          'subsets-100x1000',
          'torchmetrics',
          'torchmetrics-1.7',
          'clean-fid',
          'torchmetrics-subsets-100x1000',
          'clean-fid-subsets-100x1000',
          'stylegan2-ada',
          'stylegan-v',
          'mmd-gan',
        ],
      ],
      [
        'fvd',
        'stylegan-v',
        [
          'stylegan-v',
          'common-metrics-stylegan-v',
          'common-metrics-videogpt',
          'cd-fvd',
          'videogpt',
          'lvdm',
          'tf-original',
        ],
      ],
      ['kvd', 'full', ['full', 'subsets', 'digan', 'lvdm', 'seer-centred']],
    ])
  })

  // Row by row as the code of each has it: mseitzer/pytorch-fid b9c1811, NVlabs/stylegan2-ada-pytorch d72cc7d, toshas/torch-fidelity 5e211a9,
  // Lightning-AI/torchmetrics dab0333 and before its pull request 3177, GaParmar/clean-fid e88c4d6, google-research/frechet_video_distance,
  // universome/stylegan-v 3fecd69, JunyaoHu/common_metrics_on_video_quality 5f75173, wilson1yan/VideoGPT 733d2b1, YingqingHe/LVDM,
  // songweige/content-debiased-fvd a1e037a.
  test.each([
    ['fid', 'pytorch-fid', 'half-pixel', 1e-3, '1/(N-1)'],
    ['fid', 'stylegan', 'tf1', 1e-3, '1/N'],
    ['fid', 'torch-fidelity', 'tf1', 1e-3, '1/(N-1)'],
    ['fid', 'torchmetrics-1.7', 'tf1', 1e-3, '1/(N-1)'],
    ['fid', 'torchmetrics-1.8', 'antialias', 1e-3, '1/(N-1)'],
    ['fid', 'clean-fid', 'pillow-bicubic', 1e-3, '1/(N-1)'],
    ['fvd', 'tf-original', 'squash-tf1', 1e-3, '1/(N-1)'],
    ['fvd', 'stylegan-v', 'squash-half-pixel', 1e-3, '1/N'],
    ['fvd', 'common-metrics-stylegan-v', 'shorter-side-crop', 1e-3, '1/(N-1)'],
    ['fvd', 'videogpt', 'shorter-side-crop', 1e-5, '1/(N-1)'],
    ['fvd', 'lvdm', 'squash-half-pixel', 1e-5, '1/(N-1)'],
    ['fvd', 'cd-fvd', 'squash-half-pixel', 1e-5, '1/N'],
  ])('%s %s: resize %s, epsilon %f, covariance %s', (metric, recipe, resize, epsilon, covariance) => {
    const spec = findDistance(metric)
    const { need } = findRecipe(spec, recipe)
    expect(need.preprocessing).toBe(resize)
    expect(need.variant).toBe(`bneps-${epsilon}`)
    expect(parseSignature(signature(spec, recipe))).toMatchObject({ resize, bneps: String(epsilon), covariance })
  })

  test('every one has a signature that no other of its metric has, unless it computes the same', () => {
    // clean-fid's legacy modes are pytorch-fid and torch-fidelity.
    const same: Record<string, number> = { fid: 3 }
    for (const { id, recipes } of distanceCatalogue) {
      const settings = recipes.map((recipe) => JSON.stringify(recipe.settings))
      expect(settings.length - new Set(settings).size).toBe(same[id] ?? 0)
    }
  })

  test('the defaults of FID and KID, and of FVD and KVD, share their features', () => {
    expect(featureNeedKey(findRecipe(fidSpec).need)).toBe(featureNeedKey(findRecipe(kidSpec).need))
    expect(featureNeedKey(findRecipe(fvdSpec).need)).toBe(featureNeedKey(findRecipe(kvdSpec).need))
  })
})
