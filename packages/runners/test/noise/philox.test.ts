import { expect, test } from 'vitest'
import { philox4x32 } from '../../src/noise/philox.ts'

/** Words in hexadecimal. */
function words(text: string): number[] {
  return text.split(' ').map((word) => Number.parseInt(word, 16))
}

// Lines "philox4x32 10" of tests/kat_vectors in github.com/DEShawResearch/random123: counter, key, result.
test.each([
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
])('Random123: counter %s, key %s', (counter, key, result) => {
  const [c0, c1, c2, c3] = words(counter)
  const [k0, k1] = words(key)
  const out = new Uint32Array(6)
  philox4x32([k0, k1], [c0, c1, c2, c3], out, 1)
  expect([...out]).toEqual([0, ...words(result), 0])
})
