import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { classComparisonsSchema } from '@kinemetric/records'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { compareClasses } from '../../src/index.ts'
import { classedResults, readClassGolden } from './classed-results.ts'

const golden = await readClassGolden()
const root = await classedResults(join(await temporaryFolder(), 'results'), golden)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Two-sided p of every pattern of signs of the units' differences, counted one by one. */
function flipped(name: string): number {
  const clips = golden.clips.filter((clip) => clip.class === name)
  const byUnit = Map.groupBy(clips, ({ clip, unit }) => unit ?? clip)
  const sums = [...byUnit.values()].map((own) =>
    own.reduce((sum, { psnr, other }) => sum + mean(psnr) - mean(other), 0),
  )
  const total = Math.abs(sums.reduce((sum, each) => sum + each, 0))
  let as = 0
  for (let signs = 0; signs < 2 ** sums.length; signs++) {
    const sum = sums.reduce((all, each, at) => all + ((signs >> at) & 1 ? each : -each), 0)
    if (Math.abs(sum) >= total * (1 - 1e-12)) as++
  }
  return as / 2 ** sums.length
}

describe('methods within each class', () => {
  test('are told apart by sign flips of the class’s videos, corrected over all classes of a metric', async () => {
    const [found] = await compareClasses(root, { metrics: ['psnr'] })
    expect(classComparisonsSchema.parse(found)).toEqual(found)
    expect(found).toMatchObject({
      by: 'class',
      unlabelled: 2,
      classes: [{ name: 'many' }, { name: 'pairs' }, { name: 'five' }, { name: 'one' }],
    })
    const [column] = found.columns
    expect(column).toMatchObject({ metric: 'psnr', recipe: 'frame-mean', comparisons: 4 })
    const pairs = column.classes.map((each) => each!.pairs[0])
    expect(pairs.map(({ first, second }) => `${first} ${second}`)).toEqual(Array(4).fill('a b'))
    const exact = found.classes.map(({ name }) => flipped(name))
    for (const [at, { p, test: kind }] of pairs.entries())
      expect([kind, p]).toEqual(['sign-flip-exact', expect.closeTo(exact[at], 12)])
    // Holm's steps: the smallest of four by four, each next one by one less and no smaller than the one before.
    const order = [...exact.keys()].toSorted((a, b) => exact[a] - exact[b])
    let least = 0
    const adjusted: number[] = []
    for (const [step, at] of order.entries())
      adjusted[at] = least = Math.max(least, Math.min(1, (4 - step) * exact[at]))
    for (const [at, { pAdjustedTable }] of pairs.entries()) expect(pAdjustedTable).toBeCloseTo(adjusted[at], 12)
    expect(pairs.map(({ verdict }) => verdict).slice(1)).toEqual(Array(3).fill('cannot-separate'))
    for (const [at, { difference }] of pairs.entries())
      expect(difference).toBeCloseTo(golden.expected[found.classes[at].name].difference!.value, 9)
  })

  test('metrics of sets take no part, and are an error where they are asked for', async () => {
    const [found] = await compareClasses(root, { minClips: 13 })
    expect(found.classes).toEqual([{ name: 'many', clips: 13 }])
    expect(found.columns.map(({ metric }) => metric)).not.toContain('fid')
    await expect(compareClasses(root, { metrics: ['fid'] })).rejects.toMatchObject({ where: '--metrics' })
  })
})
