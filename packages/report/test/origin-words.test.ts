import { expect, test } from 'vitest'
import { costWords, originWords } from '../src/board/summary/origin-words.ts'
import { rowRemarks } from '../src/board/summary/row-remarks.ts'
import { buildLeaderboards } from '../src/index.ts'
import { record } from './fixtures.ts'

test.each([
  [{}, 'How it was run: not in its record. Sampled by: not in its record · scored by: not in its record.'],
  [{ runner: 'native', byAuthors: true }, 'Runs here: native. Sampled by: not in its record · scored by: its authors.'],
  [
    { runner: 'frames', sampledBy: 'Lab A', scoredBy: 'Lab B' },
    'Not run here: its frames were handed in. Sampled by: Lab A · scored by: Lab B.',
  ],
  [
    { runner: 'program', sampledBy: 'Lab A', scoredBy: 'Lab A', byAuthors: true },
    'Runs here: as a program. Sampled by: Lab A · scored by: Lab A, its authors.',
  ],
  [{ sampledBy: 'Lab A' }, 'How it was run: not in its record. Sampled by: Lab A · scored by: not in its record.'],
] as const)('%j is said as %s', (origin, words) => {
  expect(originWords({ origin })).toBe(words)
})

test.each([
  [undefined, 'not known here'],
  [
    { secondsPerSample: 0.03, samples: 29, devices: ['cpu, Xeon, 2 cores'] },
    '0.03 (median of 29 samples; on cpu, Xeon, 2 cores)',
  ],
  [{ secondsPerSample: 4.175, samples: 1, devices: [] }, '4.2 (median of 1 sample; its run does not say on what)'],
  [{ secondsPerSample: 1234.5, samples: 2, devices: ['cuda', 'cpu'] }, '1,235 (median of 2 samples; on cuda; cpu)'],
  [{ secondsPerSample: 0.001, samples: 2, devices: ['cpu'] }, '< 0.01 (median of 2 samples; on cpu)'],
])('a cost of %j is said as %s', (cost, words) => {
  expect(costWords(cost)).toBe(words)
})

test('who scored their own method are named beside it', () => {
  const [plain, own] = ['a', 'b'].map((id) => record({ id, scores: [{ metric: 'psnr', value: 20 }] }))
  own.method.origin = { byAuthors: true }
  const [board] = buildLeaderboards([plain, own], [])
  const remarks = Object.fromEntries(board.rows.map((row) => [row.id, rowRemarks(row)]))
  expect(remarks.a).not.toContain('scored by its authors')
  expect(remarks.b).toContain('scored by its authors')
})
