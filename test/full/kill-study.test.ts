import { expect, test } from 'vitest'
import { killStudy, stageWords } from './kill-study.ts'

// Some minutes; more rounds, and other moments: node test/full/kill-study.ts --rounds 10 --seed 7.
test.runIf(process.env.KINEMETRIC_FULL === '1')(
  'a study that is killed in each of its stages and run again ends with the same bytes',
  { timeout: 3_600_000 },
  async () => {
    const result = await killStudy({ stages: stageWords, rounds: 2, seed: '1' }, () => undefined)
    expect(result.differences).toEqual([])
    // Comparing and building may be over before they are met.
    expect(result.kills).toBeGreaterThanOrEqual(8)
  },
)
