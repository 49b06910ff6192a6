import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { presentable, visibleJson, visibleText, withoutFolders } from '../src/board/presentable.ts'

describe('visible text', () => {
  test('has no character that is not seen, and stays as it is afterwards', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visibleText(text)
      expect(shown).not.toMatch(/\p{Cc}|[\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/u)
      expect(visibleText(shown)).toBe(shown)
    })
    fc.assert(property, { seed: 1, numRuns: 2000 })
  })

  test('keeps letters, joined emoji and joiners of scripts', () => {
    const text = 'Zoë 方法 می‌خواهم 👩‍🔬 ×'
    expect(visibleText(text)).toBe(text)
  })

  test('JSON keeps its values', () => {
    const property = fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, text) => {
      const value: unknown = [JSON.parse(json), text.toWellFormed()]
      const shown = visibleJson(JSON.stringify(value, null, 2))
      expect(JSON.parse(shown)).toEqual(value)
      expect(shown).not.toMatch(/(?!\n)\p{Cc}|(?![\u200c\u200d])\p{Cf}/u)
    })
    fc.assert(property, { seed: 2, numRuns: 1000 })
  })
})

describe('without folders', () => {
  test.each([
    ['cannot read /home/jo/data/clip.mp4', 'cannot read …/clip.mp4'],
    ['--out=/srv/a/b --x', '--out=…/b --x'],
    ["'/var/lib/x/y.json': broken", "'…/y.json': broken"],
    ['at /tmp/a/', 'at …/a'],
    ['path:/mnt/disk/x', 'path:…/x'],
    [String.raw`C:\Users\jo\clip.mp4`, '…/clip.mp4'],
    [String.raw`\\server\share\clip.mp4`, '…/clip.mp4'],
    ['file:///home/jo/x.mp4', '…/x.mp4'],
    // None of these is a place on a machine.
    ['https://example.org/a/b.html', 'https://example.org/a/b.html'],
    ['interdyn/tracker:lucas-kanade', 'interdyn/tracker:lucas-kanade'],
    ['generated / reference, and/or', 'generated / reference, and/or'],
    ['./a/b ../c/d ~/e/f media/x/y.mp4', './a/b ../c/d ~/e/f media/x/y.mp4'],
    ['23/29 clips, 1/2/3', '23/29 clips, 1/2/3'],
  ])('%s', (text, shown) => {
    expect(withoutFolders(text)).toBe(shown)
    expect(withoutFolders(shown)).toBe(shown)
  })

  test('a folder with spaces is known where it is told', () => {
    expect(withoutFolders('found /home/a b/c d/x.mp4', ['/home/a b/c d'])).toBe('found x.mp4')
  })
})

test('all texts of a value are presentable, whatever it is', () => {
  expect(presentable({ 'a\u001b': ['/x/y/z', 1, null, { b: 'c\u202e' }] })).toEqual({
    'a\\u001b': ['…/z', 1, null, { b: 'c\\u202e' }],
  })
})
