import { type KinemetricRecord, type Score, type TableRow, weightRecipe } from '@kinemetric/records'
import { expect, test } from 'vitest'
import type { ComparedRecord } from '../src/compare/compared-record.ts'
import { valueColumn } from '../src/compare/value-column.ts'

const clips = Array.from({ length: 8 }, (_, at) => `clip-${at}`)
const sha = 'a'.repeat(64)

function scoreOf(skipped: number): Score {
  const details = skipped === 0 ? {} : { details: { missing: { skipped } } }
  return {
    metric: 'm',
    recipe: 'r',
    value: 0.5,
    unit: '',
    better: 'higher',
    n: 8,
    interval: null,
    signature: 's',
    ...details,
  }
}

function row(clip: string, recipe: string, value: number): TableRow {
  return {
    clip,
    frame: -1,
    metric: 'm',
    recipe,
    value,
  }
}

/** A method with these values of the first clips, the first of which counts three times where `weighed`. */
function method(id: string, values: readonly number[], { skipped = 0, weighed = false } = {}): ComparedRecord {
  const record: KinemetricRecord = {
    schema: 'kinemetric/record@1',
    kind: 'measurement',
    protocol: { id: 'p', version: 1, title: 'P', frames: 2, excludedFrames: [], size: null, digest: sha },
    method: { id, name: id, trivial: false },
    scores: [scoreOf(skipped)],
    failures: [],
    clips: { total: 8, scored: 8, failed: 0, table: 't.parquet', hashes: 'h.jsonl' },
    provenance: {
      code: { name: 'kinemetric', version: '0', commit: null, dirty: null },
      weights: [],
      frames: { generated: sha, reference: sha },
      manifest: null,
      decoder: { name: 'd', version: '0' },
      provider: 'cpu',
      machine: { cpu: 'c', cores: 1, memoryBytes: 1, os: 'o', arch: 'a', node: '0', onnxruntime: null },
    },
  }
  const rows = values.map((value, at) => row(clips[at], 'r', value))
  const weights = weighed ? [row(clips[0], weightRecipe('r'), 3)] : []
  const digests = { record: sha, table: sha, hashes: sha }
  return { method: id, name: id, apart: false, record, rows: [...rows, ...weights], hashes: new Map(), digests }
}

function column(ranked: readonly ComparedRecord[]) {
  const references = {
    paired: [...ranked],
    unpaired: [],
    comparable: () => true,
    otherReference: 0,
    unitOf: (clip: string) => clip,
    weightOf: () => 1,
  }
  return valueColumn(scoreOf(0), {
    references,
    ranked,
    apart: [],
    protocolClips: 8,
    asked: false,
    options: { resamples: 0 },
  })
}

const ones = (count: number) => Array.from({ length: count }, (_, at) => (at === 0 ? 1 : 0))

test('a clip counts as the table says, in values and in differences alike', () => {
  const weighed = column([method('a', ones(8), { weighed: true }), method('b', Array(8).fill(0), { weighed: true })])
  expect(weighed.ranks.map(({ method: id, value }) => [id, value])).toEqual([
    ['a', 3 / 10],
    ['b', 0],
  ])
  expect(weighed.pairs[0].difference).toBeCloseTo(3 / 10, 12)
  expect(column([method('a', ones(8)), method('b', Array(8).fill(0))]).pairs[0].difference).toBeCloseTo(1 / 8, 12)
})

test('clips with nothing to score by design cost nobody a rank; clips that one lacks still do', () => {
  const six = (skipped: number) => [method('a', ones(6), { skipped }), method('b', Array(6).fill(0), { skipped })]
  expect(column(six(2))).toMatchObject({ unranked: [], clips: { common: 6, protocol: 6 } })
  expect(column(six(2)).ranks).toHaveLength(2)
  expect(column(six(0)).unranked.map(({ reason }) => reason)).toEqual(Array(2).fill('incomplete: 6 of 8 clips'))
  // What one method alone calls skipped is not by design.
  const [a, b] = [method('a', ones(6), { skipped: 2 }), method('b', Array(8).fill(0))]
  expect(column([a, b]).unranked).toMatchObject([{ method: 'a', reason: 'incomplete: 6 of 8 clips' }])
})
