import { expect, test } from 'vitest'
import { type GoingRun, runTexts } from '../../src/site-serve/live-words.ts'

const run: GoingRun = {
  protocol: 'ssv2-256x384',
  method: 'interdyn',
  name: 'InterDyn',
  measured: 14,
  failed: 0,
  total: 29,
  areClips: true,
  isAtWork: true,
}

test.each<[Partial<GoingRun>, string]>([
  [{}, 'InterDyn: 14 of 29 clips measured'],
  [{ failed: 2 }, 'InterDyn: 14 of 29 clips measured, 2 of them failed'],
  [{ measured: 1234, total: 8667 }, 'InterDyn: 1,234 of 8,667 clips measured'],
  [{ total: null, measured: 0 }, 'InterDyn: 0 clips measured'],
  [{ areClips: false }, 'InterDyn: 14 of 29 samples and pairs measured'],
  [{ measured: 1, total: 1, isAtWork: false }, 'InterDyn: 1 of 1 clip measured; stopped, the same command goes on'],
  [{ measured: 29 }, 'InterDyn: 29 of 29 clips measured; its scores are being made'],
  [{ isAtWork: false }, 'InterDyn: 14 of 29 clips measured; stopped, the same command goes on'],
  [{ total: null, shards: { count: 4, begun: 3 } }, 'InterDyn: 14 clips measured, 3 of 4 shards begun'],
  [
    { measured: 29, isAtWork: false, shards: { count: 4, begun: 4 } },
    'InterDyn: 29 of 29 clips measured; kinemetric merge makes its scores',
  ],
  [{ name: 'a\u202Eb\n<img>' }, 'a\\u202eb <img>: 14 of 29 clips measured'],
])('%o', (more, text) => {
  expect(runTexts([{ ...run, ...more }])).toEqual([text])
})

test('where several protocols are measured each run names its own', () => {
  expect(runTexts([run, { ...run, protocol: 'physics' }])).toEqual([
    'InterDyn (ssv2-256x384): 14 of 29 clips measured',
    'InterDyn (physics): 14 of 29 clips measured',
  ])
})
