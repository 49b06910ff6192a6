import { expect, test } from 'vitest'
import { methodFileSchema } from '../src/index.ts'

test('a key of method.json that is called like an inherited member is an unknown field, and no crash', () => {
  for (const name of ['toString', 'constructor', 'hasOwnProperty'])
    expect(methodFileSchema.safeParse({ schema: 'kinemetric/method@1', [name]: { a: 1 } }).success).toBe(false)
})
