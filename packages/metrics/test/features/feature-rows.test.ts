import { describe, expect, test } from 'vitest'
import { areHeld, held, readingAhead } from '@kinemetric/metrics'
import { checkRows, pickRows, rowBlocks, rowsBetween, stackRows } from '../../src/features/feature-rows.ts'
import { statisticsOf } from '../../src/features/statistics.ts'
import { clipped } from './clipped-features.ts'
import { stored } from './stored-features.ts'

describe('rows in files', () => {
  const features = clipped(1, 7, 3, 4)

  test('are those in memory, as a whole, by ranges and by index', async () => {
    const rows = stored(features)
    expect([areHeld(features), areHeld(rows)]).toEqual([true, false])
    expect(await held(rows)).toEqual(features)
    expect(await rowsBetween(rows, 4, 9)).toEqual(await rowsBetween(features, 4, 9))
    expect(await pickRows(rows, [20, 3, 3])).toEqual(await pickRows(features, [20, 3, 3]))
  })

  test('come in blocks, from any row on', async () => {
    const blocks = []
    for await (const { start, block } of rowBlocks(stored(features), 8, 4)) blocks.push([start, block.rows])
    expect(blocks).toEqual([
      [4, 8],
      [12, 8],
      [20, 1],
    ])
  })

  test('of two sides lie under one another', async () => {
    const [first, second] = [clipped(1, 3, 2, 4), clipped(2, 4, 2, 4)]
    const { clipOfRow: _, ...whole } = await held(stackRows(first, second))
    const rows = stackRows(stored(first), stored(second))
    expect(areHeld(rows)).toBe(false)
    const { clipOfRow: _clips, ...read } = await held(rows)
    expect(read).toEqual(whole)
    expect((await pickRows(rows, [13, 0, 6])).data).toEqual((await pickRows(stackRows(first, second), [13, 0, 6])).data)
  })

  test('are checked when they are read', async () => {
    const broken = stored({ ...features, data: features.data.map((value, i) => (i === 30 ? NaN : value)) })
    expect(() => checkRows(broken, 'fid: generated', 2)).not.toThrow()
    await expect(rowsBetween(broken, 5, 9)).rejects.toMatchObject({
      code: 'not-finite',
      found: 'NaN at row 7, column 2',
    })
    await expect(statisticsOf(broken, 'fid: generated')).rejects.toMatchObject({ code: 'not-finite' })
    const short = { ...stored(features), read: () => Promise.resolve(new Float32Array(3)) }
    await expect(rowsBetween(short, 0, 2)).rejects.toMatchObject({ code: 'shape-mismatch' })
    expect(() => checkRows({ ...stored(features), rows: 1, clipOfRow: undefined }, 'fid', 2)).toThrow('at least 2 rows')
    expect(() => checkRows({ ...stored(features), clipOfRow: new Int32Array(3) }, 'fid')).toThrow(
      'a clip for each of 21',
    )
  })

  test('statistics of them do not depend on how they are stored', async () => {
    const many = clipped(3, 1100, 2, 5)
    const [a, b] = [await statisticsOf(many), await statisticsOf(stored(many))]
    expect(b.gaussian(1)).toEqual(a.gaussian(1))
  })
})

describe('readingAhead', () => {
  test('has the next block on its way for who reads in order, and no other', async () => {
    const loaded: string[] = []
    const read = readingAhead((start, end) => {
      loaded.push(`${start}-${end}`)
      return Promise.resolve([start, end])
    }, 25)
    expect(await read(0, 10)).toEqual([0, 10])
    expect(await read(10, 20)).toEqual([10, 20])
    expect(await read(20, 25)).toEqual([20, 25])
    expect(loaded).toEqual(['0-10', '10-20', '20-25'])
    expect(await read(7, 9)).toEqual([7, 9])
    expect(loaded).toEqual(['0-10', '10-20', '20-25', '7-9'])
  })

  test('a block that nobody asks for may fail', async () => {
    const read = readingAhead((start) => (start === 0 ? Promise.resolve(start) : Promise.reject(new Error('lost'))), 20)
    expect(await read(0, 10)).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await expect(read(10, 20)).rejects.toThrow('lost')
  })
})
