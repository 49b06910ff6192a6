import { expect, test } from 'vitest'
import { type Checkpoint } from '../../src/index.ts'
import { expectTensors } from '../../src/checkpoints/expect-tensors.ts'

const checkpoint: Checkpoint = {
  path: '/weights/net.pth',
  format: 'torch-zip',
  tensors: new Map(
    Object.entries({ 'a.weight': [2, 3], 'a.bias': [2], 'fc.weight': [5, 2] }).map(([name, shape]) => [
      name,
      { name, dtype: 'float32', shape, file: '/weights/net.pth', offset: 0, byteLength: 4, contiguous: true } as const,
    ]),
  ),
}

test('exactly the expected tensors pass', () => {
  expect(() => expectTensors(checkpoint, { 'a.weight': [2, 3], 'a.bias': [2], 'fc.weight': [5, 2] })).not.toThrow()
})

test('missing, unexpected and mis-shaped ones are listed by name', () => {
  expect(check).toThrow(
    expect.objectContaining({
      code: 'wrong-tensors',
      details: { missing: ['b.weight'], extra: ['fc.weight'], misshaped: expect.any(Array) },
    }),
  )
  expect(check).toThrow(
    '/weights/net.pth: not the expected tensors: 1 missing (b.weight); 1 unexpected (fc.weight); ' +
      '2 mis-shaped (a.weight: expected [3, 2], found [2, 3]; a.bias: expected [2, 1], found [2])',
  )
})

test('tensors that may be there besides', () => {
  const expected = { 'a.weight': [2, 3], 'a.bias': [2] }
  expectTensors(checkpoint, expected, { extra: 'ignore' })
  expectTensors(checkpoint, expected, { extra: (name) => name.startsWith('fc.') })
  expect(() => expectTensors(checkpoint, expected, { extra: (name) => name.startsWith('classifier.') })).toThrow(
    'fc.weight',
  )
  expect(() => expectTensors(checkpoint, expected)).toThrow('1 unexpected (fc.weight)')
})

test('a long list is cut, with its length', () => {
  const expected = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`layer${i}`, [1]]))
  expect(() => expectTensors(checkpoint, expected, { extra: 'ignore' })).toThrow(
    '20 missing (layer0, layer1, layer2, layer3, layer4, layer5, layer6, layer7, and 12 more)',
  )
})

test('a name that every object has is not taken for an expected tensor', () => {
  const odd = { ...checkpoint, tensors: new Map([['constructor', checkpoint.tensors.get('a.bias')!]]) }
  expect(() => expectTensors(odd, {})).toThrow('1 unexpected (constructor)')
})

function check(): void {
  expectTensors(checkpoint, { 'a.weight': [3, 2], 'a.bias': [2, 1], 'b.weight': [1] })
}
