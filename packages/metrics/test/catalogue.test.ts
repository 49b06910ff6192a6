import { describe, expect, it } from 'vitest'
import {
  describeMetric,
  distanceCatalogue,
  findDistance,
  findMetric,
  fvdSpec,
  metricCatalogue,
  psnrSpec,
} from '@kinemetric/metrics'

describe('metricCatalogue', () => {
  it('has metrics and recipes of distinct names, and defaults that exist', () => {
    expect(new Set(metricCatalogue.map(({ id }) => id)).size).toBe(metricCatalogue.length)
    for (const metric of metricCatalogue) {
      const ids = metric.recipes.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toContain(metric.defaultRecipe)
    }
  })

  it.each(metricCatalogue.map((metric) => [metric.id, metric] as const))(
    '%s has one kind of need, and what serves that kind',
    (_, metric) => {
      const kinds = new Set(metric.recipes.map((recipe) => metric.needs(recipe).kind))
      expect(kinds.size).toBe(1)
      const [kind] = kinds
      expect(metric.frame !== undefined).toBe(kind === 'frames')
      expect(metric.measure !== undefined).toBe(['distance', 'tracklets', 'probe'].includes(kind))
      expect(distanceCatalogue.some(({ id }) => id === metric.id)).toBe(kind === 'features')
      expect(metric.per === 'set').toBe(kind === 'features')
    },
  )

  it('is what a metric is found in, by its name', () => {
    expect(findMetric('psnr')).toBe(psnrSpec)
    expect(findDistance('fvd')).toBe(fvdSpec)
    const ids = metricCatalogue.map(({ id }) => id).join(', ')
    expect(() => findMetric('mse')).toThrow(`metrics: expected one of ${ids}, found 'mse'`)
    expect(() => findMetric('mse')).toThrow(expect.objectContaining({ kind: 'input', code: 'unknown-metric' }))
    expect(() => findDistance('psnr')).toThrow(expect.objectContaining({ kind: 'input', code: 'unknown-metric' }))
  })

  it('can be told as JSON, bounds without end as null', () => {
    for (const metric of metricCatalogue) {
      const told = describeMetric(metric)
      expect(JSON.parse(JSON.stringify(told))).toEqual(told)
    }
    expect(describeMetric(psnrSpec)).toMatchObject({ id: 'psnr', unit: 'dB', range: [0, null], needs: 'frames' })
  })
})
