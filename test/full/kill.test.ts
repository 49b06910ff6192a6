import { expect, test } from 'vitest'
import { killTest } from './kill.ts'

const kills = Number(process.env.KINEMETRIC_KILLS ?? 30)

// Some minutes; more kills, and other seeds: node test/full/kill.ts --kills 100 --seed 7.
test.runIf(process.env.KINEMETRIC_FULL === '1')(
  `${kills} kills over prepare, run, score, features, weights pull, report build and generators: the bytes of an uninterrupted run`,
  { timeout: 7_200_000 },
  async () => {
    const { differences } = await killTest({ kills, seed: '1' }, () => undefined)
    expect(differences).toEqual([])
  },
)
