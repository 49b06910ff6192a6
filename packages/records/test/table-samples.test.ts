import { expect, test } from 'vitest'
import { clipValuesOf, type TableRow, unrelatedRecipe } from '../src/index.ts'
import { decodeTable, encodeTable } from '../src/store/table.ts'

const row = (clip: string, frame: number, value: number, more: Partial<TableRow> = {}): TableRow => ({
  clip,
  frame,
  metric: 'm',
  recipe: 'r',
  value,
  ...more,
})

test('rows of one sample of several name it, the clip’s own rows do not; a table without samples has no such column', () => {
  const rows = [row('a', 0, 1, { sample: '3' }), row('a', -1, 1, { sample: '3' }), row('a', -1, 2), row('b', -1, 4)]
  expect(decodeTable(encodeTable(rows), 't')).toEqual(rows)
  const plain = [row('a', 0, 1), row('a', -1, 1)]
  expect(Buffer.from(encodeTable(plain)).includes('sample')).toBe(false)
  expect(decodeTable(encodeTable(plain), 't')).toEqual(plain)
})

test('the clips’ own values are those without a sample, under the recipe alone', () => {
  const rows = [
    row('a', -1, 1, { sample: '0' }),
    row('a', -1, 2),
    row('a', 0, 9),
    row('a', -1, 7, { recipe: unrelatedRecipe('r') }),
  ]
  expect(clipValuesOf(rows, { metric: 'm', recipe: 'r' })).toEqual(new Map([['a', 2]]))
  expect(clipValuesOf(rows, { metric: 'm', recipe: unrelatedRecipe('r') })).toEqual(new Map([['a', 7]]))
})
