import { describe, expect, test } from 'vitest'
import { featureNeeds, metricCatalogue, needsKey, parseSignature, signature } from '@kinemetric/metrics'

const distribution = metricCatalogue.filter(({ id }) => ['fid', 'kid', 'fvd', 'kvd'].includes(id))

describe('recipes of the distribution metrics', () => {
  test('are these', () => {
    expect(
      distribution.map(({ id, defaultRecipe, recipes }) => [id, defaultRecipe, recipes.map((recipe) => recipe.id)]),
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
          'torchmetrics',
          'torchmetrics-1.7',
          'clean-fid',
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

  // METRICS §4.2 and §5.3, row by row.
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
    const needs = featureNeeds(metric, recipe)
    expect(needs.preprocessing).toBe(resize)
    expect(needs.batchNormEpsilon).toBe(epsilon)
    const info = metricCatalogue.find(({ id }) => id === metric)
    if (info === undefined) throw new Error('no such metric')
    expect(parseSignature(signature(info, recipe))).toMatchObject({ resize, bneps: String(epsilon), covariance })
  })

  test('every one has a signature that no other of its metric has, unless it computes the same', () => {
    // clean-fid's legacy modes are pytorch-fid and torch-fidelity.
    const same = { fid: 3, kid: 0, fvd: 0, kvd: 0 }
    for (const info of distribution) {
      const settings = info.recipes.map((recipe) => JSON.stringify(recipe.settings))
      expect(settings.length - new Set(settings).size).toBe(same[info.id as keyof typeof same])
    }
  })

  test('the defaults of FID and KID, and of FVD and KVD, share their features', () => {
    expect(needsKey(featureNeeds('fid'))).toBe(needsKey(featureNeeds('kid')))
    expect(needsKey(featureNeeds('fvd'))).toBe(needsKey(featureNeeds('kvd')))
  })
})
