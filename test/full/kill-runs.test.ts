import { expect, test } from 'vitest'
import { killRuns } from './kill-runs.ts'

const kills = Number(process.env.KINEMETRIC_SHARD_KILLS ?? 12)

// Some minutes; more kills, and other seeds: node test/full/kill-runs.ts --kills 200 --seed 7.
test.runIf(process.env.KINEMETRIC_FULL === '1' && process.platform === 'linux')(
  `${kills} kills of shards of generated clips and of their workers in one folder: merged they are the run of all clips`,
  { timeout: 7_200_000 },
  async () => {
    const result = await killRuns({ kills, seed: '1' }, () => undefined)
    expect(result.differences).toEqual([])
    expect(result.kills).toBeGreaterThanOrEqual(kills)
  },
)
