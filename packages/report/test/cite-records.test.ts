import { citedDataOf } from '@kinemetric/benchmark'
import { metricCatalogue } from '@kinemetric/metrics'
import { weightCatalogue } from '@kinemetric/networks/catalogue'
import type { KinemetricRecord } from '@kinemetric/records'
import { expect, test } from 'vitest'
import { citeRecords } from '../src/index.ts'
import { record, sha } from './fixtures.ts'

const catalogue = { metrics: metricCatalogue, weights: weightCatalogue, dataOf: citedDataOf, version: '9.9.9' }

function made(change: (of: KinemetricRecord) => void): KinemetricRecord {
  const one = record({ id: 'alpha', name: 'Alpha', scores: [{ metric: 'psnr', value: 20 }] })
  change(one)
  return one
}

test('a table is cited by tool, protocol, data, metrics, methods and weights, each once', () => {
  const one = made((of) => {
    of.protocol.id = 'ssv2-256x384'
    of.provenance.weights = [{ id: 'lpips-alex', sha256: sha('a'), licence: 'BSD-2-Clause' }]
    of.method.paper = { title: 'Alpha', url: 'https://arxiv.org/abs/2412.11785' }
  })
  const found = citeRecords([one, one], catalogue)
  const ids = found.map(({ kind, id }) => `${kind} ${id}`)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(
    expect.arrayContaining([
      'tool kinemetric',
      'data something-something-v2',
      'data something-else',
      'method alpha',
      'weights lpips-alex',
    ]),
  )
  for (const { bibtex } of found) expect(bibtex).toMatch(/^@\w+\{[^,]+,\n[\s\S]+\}$/)
  expect(found.find(({ kind }) => kind === 'weights')!.bibtex).toContain(`sha256 ${sha('a')}`)
})

test('what nobody knows is a remark, and ends no line', () => {
  const one = made((of) => {
    of.method.id = 'x'
    of.method.paper = undefined
    of.method.weights = [{ id: 'unverified:a\n@evil{', sha256: sha('b'), licence: 'none' }]
    of.protocol.id = 'interdyn-mine'
  })
  const found = citeRecords([one], catalogue)
  expect(found.filter(({ kind }) => kind === 'data')).toEqual([])
  expect(found.find(({ kind }) => kind === 'method')!.bibtex).toBe('% x: its record names no paper')
  const weights = found.find(({ kind }) => kind === 'weights')!.bibtex
  expect(weights).toMatch(/^% unverified:a @evil\{: weights that nothing vouches for/)
  expect(weights).not.toContain('\n')
})
