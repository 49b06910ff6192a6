import { appendFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { array, assert, constantFrom, integer, nat, oneof, property } from 'fast-check'
import { expect, test } from 'vitest'
import { LinePlaces, NameTable, PlacedLines } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Any code units, unpaired surrogates too, and often the same. */
const name = oneof(
  constantFrom('', 'a', 'clip-000001', 'x'.repeat(3000), '\ud800', '\udc00', 'é', 'e\u0301'),
  array(integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
)

test('a table of names says what a Map of them says', () => {
  assert(
    property(array(name, { maxLength: 400 }), array(name, { maxLength: 40 }), (names, others) => {
      const table = new NameTable()
      const places = new Map<string, number>()
      for (const each of names) {
        if (!places.has(each)) places.set(each, places.size)
        expect(table.add(each)).toBe(places.get(each))
      }
      expect(table.size).toBe(places.size)
      expect([...table]).toEqual([...places.keys()])
      for (const each of others) expect(table.indexOf(each)).toBe(places.get(each) ?? -1)
    }),
    { seed: 13, numRuns: 100 },
  )
})

test('a table of names refuses places that none has', () => {
  const table = new NameTable(['a'])
  expect(table.at(0)).toBe('a')
  for (const place of [-1, 1, 0.5 + 1, Number.NaN]) expect(() => table.at(place)).toThrow(RangeError)
})

test('lines are read at their places, in any order, across what is read at once', async () => {
  const path = join(await temporaryFolder(), 'lines')
  const lines = Array.from({ length: 400 }, (_, line) => `${line} ${'ä'.repeat((line * 37) % 900)}`)
  lines.push('z'.repeat(200_000), 'last')
  await writeFile(path, `${lines.join('\n')}\n`)
  const places = new LinePlaces()
  let begin = 0
  for (const line of lines) {
    const end = begin + Buffer.byteLength(line)
    places.add(begin, end)
    begin = end + 1
  }
  const placed = new PlacedLines(path, { held: true })
  assert(
    property(array(nat({ max: lines.length - 1 }), { maxLength: 60 }), (wanted) => {
      for (const line of wanted) expect(placed.text(places.of(line))).toBe(lines[line])
    }),
    { seed: 13, numRuns: 100 },
  )
  for (const [line, text] of lines.entries()) expect(placed.text(places.of(line))).toBe(text)
  // What is added behind is found too, and a line may be found elsewhere by now.
  await appendFile(path, 'more\n')
  places.set(0, begin, begin + 4)
  expect(placed.text(places.of(0))).toBe('more')
  expect(() => places.of(lines.length)).toThrow(RangeError)
  // What was opened stays it, whatever comes in its place.
  await rename(path, `${path}.moved`)
  await writeFile(path, `another\n`)
  expect(placed.text(places.of(7))).toBe(lines[7])
  expect(new PlacedLines(path).text({ begin: 0, length: 7 })).toBe('another')
  placed.close()
  await truncate(path, 4)
  expect(() => placed.text(places.of(5))).toThrow(
    expect.objectContaining({ code: 'not-readable', found: 'a file of 4 bytes' }),
  )
  placed.close()
})
