import { expect, test } from 'vitest'
import { addressWithResults } from '../site/src/client/address/address-with-results.ts'

const board = '9d01e44a00112233'

test.each([
  ['https://a.org/p/index.html', 'https://a.org/p/index.html?r=9d01e44a'],
  ['https://a.org/p/?cols=motion#x', 'https://a.org/p/?cols=motion&r=9d01e44a#x'],
  ['file:///p/clip.html?c=a%26b&r=3f2ac81b&t=9', 'file:///p/clip.html?c=a%26b&t=9&r=9d01e44a'],
  ['https://a.org/?#a?b', 'https://a.org/?r=9d01e44a#a?b'],
])('%s', (href, expected) => {
  expect(addressWithResults(href, board)).toBe(expected)
  expect(addressWithResults(href, '')).toBe(href)
})
