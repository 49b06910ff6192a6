import { expect, test } from 'vitest'
import { runCost } from '../../src/clips/run-cost.ts'

const cost = (run: Parameters<typeof runCost>[0]['run'], seconds: number[] = []) => runCost({ run, seconds })

test('a run costs the median over its samples, with every machine that it ran on; one whose items do not say has no cost', () => {
  const environment = { provider: 'cpu', cpu: 'Xeon', cores: 2 }
  const card = { provider: 'cuda', cpu: 'Xeon', cores: 16, cards: ['NVIDIA H200'] }
  expect(cost({ environment, environments: [environment, card, environment] }, [30, 1.5, 2])).toEqual({
    secondsPerSample: 2,
    samples: 3,
    devices: ['cpu, Xeon, 2 cores', 'cuda, NVIDIA H200'],
  })
  expect(cost({ device: 'cuda' }, [1, 2])).toEqual({ secondsPerSample: 1.5, samples: 2, devices: ['cuda'] })
  expect(cost({}, [1])?.devices).toEqual([])
  expect(cost({ environment })).toBeUndefined()
})
