import { expect, test } from 'vitest'
import { normalNumbers } from '../../src/noise/normal-numbers.ts'
import { philox4x32 } from '../../src/noise/philox.ts'

test('are of N(0, 1): mean, variance, fourth moment and tails', () => {
  const count = 400_000
  const numbers = normalNumbers([1, 2, 3, 4], count)
  let [sum, squares, fourths, beyond] = [0, 0, 0, 0]
  for (const x of numbers) {
    sum += x
    squares += x * x
    fourths += x ** 4
    if (Math.abs(x) > 1.959964) beyond++
  }
  // Five standard errors of each: 1, √2, √96 and √(0.05 · 0.95) over √count.
  expect(Math.abs(sum / count)).toBeLessThan(0.008)
  expect(Math.abs(squares / count - 1)).toBeLessThan(0.012)
  expect(Math.abs(fourths / count - 3)).toBeLessThan(0.08)
  expect(Math.abs(beyond / count - 0.05)).toBeLessThan(0.002)
})

test('a shorter draw is the beginning of a longer one, odd lengths too; another key has others', () => {
  const long = normalNumbers([1, 2, 3, 4], 1000)
  for (const count of [0, 1, 2, 3, 5, 998]) expect(normalNumbers([1, 2, 3, 4], count)).toEqual(long.subarray(0, count))
  for (const key of [
    [2, 2, 3, 4],
    [1, 3, 3, 4],
    [1, 2, 4, 4],
    [1, 2, 3, 5],
  ] as const)
    expect(normalNumbers(key, 1000).filter((x, i) => x === long[i]).length).toBeLessThan(5)
})

test('neighbouring numbers have nothing to do with each other', () => {
  const numbers = normalNumbers([5, 6, 7, 8], 200_000)
  for (const lag of [1, 2, 3, 4, 8]) {
    let product = 0
    for (let i = lag; i < numbers.length; i++) product += numbers[i] * numbers[i - lag]
    expect(Math.abs(product / numbers.length)).toBeLessThan(5 / Math.sqrt(numbers.length))
  }
})

test('are what Box and Muller make of the words', () => {
  const words = new Uint32Array(4)
  philox4x32([9, 8], [1, 0, 7, 6], words)
  const expected = [0, 2].flatMap((i) => {
    const radius = Math.sqrt(-2 * Math.log((words[i] + 1) / 4294967296))
    const angle = (2 * Math.PI * words[i + 1]) / 4294967296
    return [Math.fround(radius * Math.cos(angle)), Math.fround(radius * Math.sin(angle))]
  })
  expect([...normalNumbers([9, 8, 7, 6], 8).subarray(4)]).toEqual(expected)
})
