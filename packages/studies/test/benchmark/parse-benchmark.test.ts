import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ownFolder } from '@kinemetric/files'
import { benchmarkNames, findBenchmark, parseBenchmark } from '@kinemetric/studies'

const demo = JSON.parse(readFileSync(join(ownFolder('studies'), 'physics-demo.json'), 'utf8'))

/** What is said of the demo's benchmark with something else in it. */
function saidOf(change: Record<string, unknown>): string {
  try {
    parseBenchmark({ ...demo, ...change }, 'mine.json')
  } catch (error) {
    return String(error)
  }
  throw new Error('expected it to be refused')
}

test.each(benchmarkNames())('%s comes along and is sound', async (name) => {
  const { benchmark } = await findBenchmark(name)
  expect(benchmark.id).toBe(name)
})

describe('a typo', () => {
  test('in a field is told with its place and the field that was meant', () => {
    const { metrics, ...rest } = demo
    expect(() => parseBenchmark({ ...rest, metircs: metrics }, 'mine.json')).toThrow(
      /mine\.json: .*metircs.*did you mean metrics\?/,
    )
    expect(saidOf({ data: { ...demo.data, adaptor: 'physics' } })).toMatch(/data\.adaptor: .*did you mean adapter\?/)
    expect(saidOf({ methods: [{ method: 'static', setings: {} }] })).toMatch(
      /methods\.0\.setings: .*did you mean settings\?/,
    )
    const variant = { id: 'a', question: 'q', says: 's', changes: { sample: 0, pointSed: 1 } }
    expect(saidOf({ variants: [variant] })).toMatch(/variants\.0\.changes\.pointSed: .*did you mean pointSeed\?/)
  })

  test('in a name is told with the name that was meant', () => {
    expect(saidOf({ protocols: ['physics-256x348'] })).toMatch(/protocols\.0: .*did you mean physics-256x384\?/)
    expect(saidOf({ methods: [{ method: 'statik' }] })).toMatch(/methods\.0\.method: .*did you mean static\?/)
    expect(saidOf({ tracker: 'lukas-kanade' })).toMatch(/tracker: .*did you mean lucas-kanade\?/)
    expect(saidOf({ variants: [{ id: 'v', question: 'q', says: 's', changes: { tracker: 'inception' } }] })).toMatch(
      /variants\.0\.changes\.tracker: expected one of auto, .*, found inception/,
    )
    expect(saidOf({ metrics: ['pnsr'] })).toMatch(/metrics\.0: .*did you mean psnr\?/)
    expect(saidOf({ metrics: ['ssim:gausian-valid'] })).toMatch(/metrics\.0: .*did you mean gaussian-valid\?/)
    expect(saidOf({ data: { adapter: 'phisics' } })).toMatch(/data\.adapter: .*did you mean physics\?/)
    expect(saidOf({ data: { adapter: 'ssv2', options: { windoww: 'first' } } })).toMatch(
      /data\.options\.windoww: .*did you mean window\?/,
    )
    expect(saidOf({ margins: { lpisp: { within: 0.1, why: 'w' } } })).toMatch(/margins\.lpisp: .*did you mean lpips\?/)
    expect(saidOf({ claims: [{ claims: 'seer', method: 'static', protocol: 'physics' }] })).toMatch(
      /claims\.0\.protocol: /,
    )
  })
})

test('two methods of one record are refused', () => {
  expect(saidOf({ methods: [{ method: 'static' }, { method: 'static' }] })).toMatch(
    /methods\.1\.id: .*found static again/,
  )
})

test('a place of data under a word that nothing is given under is refused', () => {
  const data = {
    adapter: 'interdyn-examples',
    folder: '{exampels}',
    given: { examples: { doc: 'd', from: 'f', licence: 'l' } },
  }
  expect(saidOf({ data })).toMatch(/data\.folder: .*did you mean examples\?/)
})

test('a benchmark that there is none of is told with those that there are', async () => {
  await expect(findBenchmark('phisics-demo')).rejects.toThrow(/physics-demo.*did you mean physics-demo\?/)
  await expect(findBenchmark('./nothing.json')).rejects.toThrow(/nothing\.json/)
})
