import { findProtocol } from '@kinemetric/benchmark'
import { planMetrics } from '@kinemetric/evaluation'
import { expect, test } from 'vitest'

const protocol = findProtocol('interdyn-256x384')

const planned = (...asked: string[]) =>
  planMetrics(asked, protocol)
    .needs.flatMap(({ metrics }) => metrics)
    .map(({ metric, recipe, required }) => `${metric.id}:${recipe.id}${required ? '' : '?'}`)

test('a group is its metrics, by the protocol’s recipes; without weights they are left out, but for those that are named', () => {
  expect(planned('prdc')).toEqual(['precision:clovaai?', 'recall:clovaai?', 'density:clovaai?', 'coverage:clovaai?'])
  expect(planned('prdc', 'recall', 'recall:torch-fidelity', 'psnr')).toEqual([
    'psnr:frame-mean',
    'precision:clovaai?',
    'recall:clovaai',
    'density:clovaai?',
    'coverage:clovaai?',
    'recall:torch-fidelity',
  ])
  expect(planned('lpips', 'image')).toContain('lpips:alex')
})

test('a mistyped group is told with what was meant', () => {
  expect(() => planned('imgae')).toThrow(/or of the groups image, .* found 'imgae'; did you mean image\?/)
})
