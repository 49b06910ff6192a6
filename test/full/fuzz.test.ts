import { describe, expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'
import { mutateJson } from './mutate.ts'
import { randomOf } from './random.ts'

const count = Number(process.env.KINEMETRIC_FUZZ_INPUTS ?? 500)

// A minute or two; more inputs, and other seeds: node test/full/fuzz.ts --inputs 40000 --seed 7.
describe.runIf(process.env.KINEMETRIC_FULL === '1')('every parser over changed and generated files', () => {
  test(`${count} inputs each: errors of ours, in two seconds, in a gigabyte`, { timeout: 3_600_000 }, async () => {
    const { faults } = await fuzz({ inputs: count, seed: '1' }, () => undefined)
    expect(faults.map(({ parser, index, kind }) => `${parser}:${index} ${kind}`)).toEqual([])
  })
})

test('an input is a function of its seed alone', () => {
  const seed = Buffer.from('{"a": [1, 2, {"b": "c"}]}')
  const make = (text: string) => mutateJson(seed, [seed], randomOf(text), false).toString()
  const made = Array.from({ length: 50 }, (_, index) => make(`1 x ${index}`))
  expect(Array.from({ length: 50 }, (_, index) => make(`1 x ${index}`))).toEqual(made)
  expect(new Set(made).size).toBeGreaterThan(25)
})
