import { expect, test } from 'vitest'
import { codeText } from '../src/index.ts'

test.each([
  [{ version: '0.1.0', commit: null, dirty: null }, '0.1.0'],
  [
    { version: '0.1.0', commit: '0123456789abcdef0123456789abcdef01234567', dirty: false },
    '0.1.0, commit 0123456789ab',
  ],
  [{ version: '0.2.0', commit: 'release-of-june', dirty: true }, '0.2.0, commit release-of-june, changed'],
])('code in words: %j', (code, text) => {
  expect(codeText(code)).toBe(text)
})
