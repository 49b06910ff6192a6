import { describe, expect, it } from 'vitest'
import { metricGroups } from '@kinemetric/records'
import {
  describeMetric,
  distancesNamed,
  distanceCatalogue,
  findDistance,
  findMetric,
  fvdSpec,
  groupedMetrics,
  metricCatalogue,
  metricsNamed,
  psnrSpec,
} from '@kinemetric/metrics'

const fits = (dimension: number) => (metric: (typeof distanceCatalogue)[number]) =>
  metric.recipes.some(({ need }) => need.dimension === dimension)

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
      const ofRows = kind === 'features' || kind === 'tracked-rows'
      expect(metric.measure !== undefined).toBe(kind !== 'frames' && !ofRows)
      expect(distanceCatalogue.some(({ id }) => id === metric.id)).toBe(ofRows)
      expect(metric.per === 'set').toBe(ofRows)
      expect(metric.rows !== undefined).toBe(kind === 'tracked-rows')
    },
  )

  it('has no metric by the name of a group, and each in a group that there is', () => {
    const groups = metricGroups.map(({ id }) => id)
    for (const { id, group } of metricCatalogue) {
      expect(groups).toContain(group)
      expect(groups).not.toContain(id)
    }
    expect(groupedMetrics(metricCatalogue).flatMap(({ metrics }) => metrics)).toHaveLength(metricCatalogue.length)
  })

  it('says what each takes: files of weights of its network, and what was measured', () => {
    const fid = describeMetric(findMetric('fid'))
    expect(fid.group).toBe('distribution')
    expect(fid.networks.map(({ id, weights }) => [id, weights.map(({ bytes }) => bytes)])).toEqual([
      ['inception-2015-12-05', [95_628_359]],
    ])
    expect(fid.networks[0].cost?.secondsPerClip).toBeGreaterThan(0)
    expect(describeMetric(psnrSpec).networks).toEqual([])
    for (const tracked of ['motion-fidelity', 'fvmd'])
      expect(describeMetric(findMetric(tracked)).networks.map(({ id }) => id)).toContain('lucas-kanade')
    expect(describeMetric(findMetric('physics-iq')).networks).toEqual([])
    expect(describeMetric(findMetric('vbench-subject')).networks.map(({ id }) => id)).toEqual(['dino-vitb16'])
  })

  it('finds those of a group by its name, finer ones too, and says what was meant', () => {
    expect(metricsNamed(['prdc', 'recall', 'psnr']).map(({ id }) => id)).toEqual([
      ...metricCatalogue.filter(({ group }) => group === 'prdc').map(({ id }) => id),
      'psnr',
    ])
    expect(metricsNamed(['distribution']).map(({ id }) => id)).toEqual(expect.arrayContaining(['fid', 'coverage']))
    expect(() => metricsNamed(['imgae'])).toThrow(/or of the groups image, .*, found 'imgae'; did you mean image\?/)
    expect(distancesNamed(['distribution'], fits(400)).map(({ id }) => id)).toEqual(['fvd', 'kvd'])
    expect(() => distancesNamed(['prdc'], fits(400))).toThrow(/'prdc', of whose metrics none is of rows of this/)
    expect(() => distancesNamed(['image'], fits(400))).toThrow(
      /or of the groups motion, distribution, prdc, found 'image'/,
    )
  })

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
