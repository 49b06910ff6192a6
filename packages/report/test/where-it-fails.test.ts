import { describe, expect, test } from 'vitest'
import { overQuantiles } from '../site/src/client/compare/twelve-clips.ts'
import { buildLeaderboards } from '../src/index.ts'
import { whereItFails } from '../src/site-model/where-it-fails.ts'
import { record } from './fixtures.ts'

const entry = record({
  id: 'a',
  scores: [
    { metric: 'psnr', value: 20 },
    { metric: 'lpips', value: 0.3 },
  ],
})
const [board] = buildLeaderboards([entry], [])
const ids = Array.from({ length: 200 }, (_, at) => `c${at}`)
const clips = {
  ids,
  labels: ids.map((id) => `label of ${id}`),
  classes: ['few', 'many', 'none'],
  classOf: Int32Array.from(ids, (_, at) => (at < 3 ? 0 : at < 190 ? 1 : -1)),
}
const psnr = Float64Array.from(ids, (_, at) => (at === 7 ? Number.NaN : at))
const values = { of: ({ metric }: { metric: string }) => (metric === 'psnr' ? psnr : null) }
const intervalOf = (list: Float64Array) =>
  list.length < 5 ? `n = ${list.length}: too few for an interval` : { low: 1, high: 2 }

describe('where a method fails', () => {
  const fails = whereItFails(board, board.rows[0], values, clips, intervalOf)

  test('is told by class, the largest first, with the interval or why there is none', () => {
    expect(fails.metrics).toEqual([{ id: 'psnr', title: 'PSNR', better: 'higher' }])
    expect(fails.classes).toEqual([
      { name: 'many', n: 186, cells: [{ mean: '96.48', interval: '[1.00, 2.00]' }] },
      { name: 'few', n: 3, cells: [{ mean: '1.00', interval: 'n = 3: too few for an interval' }] },
    ])
    expect(fails.moreClasses).toBe(0)
  })

  test('is shown by ten clips around the place where a twentieth are worse', () => {
    // 199 values: the fifth from the bottom to the fifteenth, the clip without a value passed over.
    const shown = fails.quantiles[0].clips
    expect(shown.map(({ clip }) => clip)).toEqual([5, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => `c${at}`))
    expect(shown[0]).toEqual({ clip: 'c5', label: 'label of c5', text: '5.00' })
  })

  test('of few clips, of none, and without a way to make intervals', () => {
    const few = { ...clips, ids: ids.slice(0, 3), labels: clips.labels.slice(0, 3), classOf: clips.classOf.slice(0, 3) }
    const own = { of: () => psnr.slice(0, 3) }
    expect(whereItFails(board, board.rows[0], own, few).classes[0].cells[0].interval).toBe('no interval was made')
    expect(whereItFails(board, board.rows[0], own, few).quantiles[0].clips).toEqual([])
    expect(whereItFails(board, board.rows[0], { of: () => null }, few)).toEqual({
      metrics: [],
      classes: [],
      moreClasses: 0,
      quantiles: [],
    })
  })
})

test('clips over quantiles: one from each part, the same for the same seed', () => {
  const list = [...ids.keys()].map((at) => (at === 7 ? Number.NaN : (at * 37) % 200))
  const chosen = overQuantiles(list, 12, 0)
  expect(chosen).toEqual(overQuantiles(list, 12, 0))
  expect(chosen).not.toEqual(overQuantiles(list, 12, 1))
  const values = chosen.map((at) => list[at])
  expect(values).toEqual(values.toSorted((a, b) => a - b))
  const sorted = list.filter(Number.isFinite).toSorted((a, b) => a - b)
  const parts = values.map((value) =>
    [...Array(12).keys()].findLast((part) => sorted.indexOf(value) >= Math.floor((part * 199) / 12)),
  )
  expect(parts).toEqual([...Array(12).keys()])
  expect(overQuantiles([3, 1, 2], 12, 0)).toEqual([1, 2, 0])
  expect(overQuantiles([Number.NaN], 12, 0)).toEqual([])
})
