import { expect, test } from 'vitest'
import type { HostTensor } from '../../src/session/session.ts'
import { receivingMemory, sendingMemory } from '../../src/session/tensor-memory.ts'

const floats = (count: number, first: number): HostTensor => {
  const data = new Float32Array(count)
  data[0] = first
  return { type: 'float32', data, shape: [count] }
}

/** Both sides: what came, and whether what was sent held the numbers themselves. */
function line() {
  const [pack, unpack] = [sendingMemory(), receivingMemory()]
  return (tensor: HostTensor) => {
    const [packed] = pack('step', [{ tensor }])
    const [arrived] = unpack('step', [packed])
    const come: unknown = Reflect.get(Object(arrived), 'tensor')
    return { come, crossed: JSON.stringify(packed).length > 100 }
  }
}

test('a large tensor crosses once, and again when it was changed; a small one always does', () => {
  const send = line()
  const tensor = floats(3000, 1)
  expect(send(tensor)).toMatchObject({ crossed: true })
  expect(send(tensor)).toMatchObject({ crossed: false, come: tensor })
  tensor.data[2999] = 5
  expect(send(tensor)).toMatchObject({ crossed: true, come: tensor })
  expect(send({ ...tensor, shape: [3, 1000] })).toMatchObject({ crossed: true, come: { shape: [3, 1000] } })
  const small = floats(100, 1)
  expect(send(small)).toMatchObject({ crossed: true })
  expect(send(small)).toMatchObject({ crossed: true })
})

test('one that is fixed is known by its array alone', () => {
  const send = line()
  const tensor: HostTensor = { ...floats(3000, 1), fixed: true }
  expect(send(tensor)).toMatchObject({ crossed: true })
  expect(send({ ...tensor })).toMatchObject({ crossed: false })
  // The same bytes in another array, and from then on that one: changed behind its word it is not looked at again.
  const other: HostTensor = { ...floats(3000, 1), fixed: true }
  expect(send(other)).toMatchObject({ crossed: false })
  other.data[0] = 9
  expect(send(other)).toMatchObject({ crossed: false, come: { data: { 0: 1 } } })
  expect(send({ ...floats(3000, 2), fixed: true })).toMatchObject({ crossed: true, come: { data: { 0: 2 } } })
})
