import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findBenchmark, planStudy, runStudy } from '@kinemetric/studies'
import { temporaryFolder } from '../../../test/temporary-folder.ts'
import { writeSmallBenchmark } from './small-benchmark.ts'

const out = join(await temporaryFolder('kinemetric-study-missing-'), 'table1')
const benchmark = await findBenchmark('interdyn-table1')

test('data that is missing is told with where it is had and under which licence, before anything is written', async () => {
  await expect(runStudy({ benchmark, out })).rejects.toMatchObject({
    code: 'data',
    kind: 'missing',
    message: expect.stringMatching(/--data videos=….*qualcomm.*licence:[\s\S]*--data boxes=…/i),
  })
  await expect(runStudy({ benchmark, out, data: { ssv2: ['/nowhere'] } })).rejects.toThrow(/not there: .*nowhere/)
})

test('a word of --data, a method, a setting, a protocol or a variant that there is none of is told with the one that was meant', async () => {
  const ask = { benchmark, out }
  await expect(planStudy({ ...ask, data: { vidoes: ['x'] } })).rejects.toThrow(/did you mean videos\?/)
  await expect(planStudy({ ...ask, methods: ['interdyn-256x348'] })).rejects.toThrow(/did you mean interdyn-256x384\?/)
  await expect(planStudy({ ...ask, settings: { stesp: 3 } })).rejects.toThrow(/did you mean steps\?/)
  await expect(planStudy({ ...ask, protocols: ['ssv2-265x256'] })).rejects.toThrow(/did you mean ssv2-256x256\?/)
  await expect(planStudy({ ...ask, variant: 'window-frist' })).rejects.toThrow(/did you mean window-first\?/)
})

test('a plan without data says what is missing, guesses no hours, and needs no folder', async () => {
  const plan = await planStudy({ benchmark, out, weightFolders: [] })
  expect(plan.stages.every(({ state, stage }) => state === (stage === 'report' ? 'to do' : 'missing'))).toBe(true)
  expect(plan.data.map(({ word, paths }) => [word, paths.length])).toEqual([
    ['videos', 0],
    ['labels', 0],
    ['boxes', 0],
  ])
  expect(plan.weights.filter(({ kind }) => kind === 'masks').map(({ id, isHere }) => [id, isHere])).toEqual([
    ['sam2.1-large', false],
  ])
  expect(plan.weights.every(({ licence, get }) => licence !== '' && get !== '')).toBe(true)
  expect([plan.hours, plan.diskBytes]).toEqual([null, null])
})

test('claims that are not there, and settings of a row that its method has none of, are told before any stage', async () => {
  const files = join(out, '..', 'files')
  const asked = async (change: Record<string, unknown>) =>
    planStudy({ benchmark: await findBenchmark(await writeSmallBenchmark(files, change)), out })
  const claims = [{ claims: './nowhere.json', method: 'still', protocol: 'physics-256x384' }]
  await expect(asked({ claims })).rejects.toThrow(/nowhere\.json: expected a file/)
  const methods = [{ method: 'static', id: 'still', settings: { stesp: 3 } }]
  await expect(asked({ methods })).rejects.toThrow(/settings of still in small.*found stesp/)
})
