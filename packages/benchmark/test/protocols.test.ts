import { expect, test } from 'vitest'
import { findProtocol, protocolDigest, protocols } from '../src/index.ts'

test('protocols are frozen: a change of any published one is a new version', () => {
  expect(Object.fromEntries(protocols.map((p) => [`${p.id}@${p.version}`, protocolDigest(p)]))).toMatchInlineSnapshot(`
    {
      "as-is@1": "308b7b9f28850536cd67a65d7f440b1b5b4d746c5fe429d6c466f110836e5d4f",
      "interdyn-256x256@1": "2bf1ae50909e4ba2ba57ed93d57aa626d45cd6f501ed28409d390ff0e0c67c92",
      "interdyn-256x384@1": "bb1160e03307d7919d93cbf58cde510ca48117e4af94295faf117f3aa3aea632",
      "physics-256x384@1": "38ba0176c2de2ca80580c4085e43fb7777f893f1e8d9170f6ce30e2774477654",
    }
  `)
  expect(() => {
    Object.assign(findProtocol('as-is').window, { frames: 3 })
  }).toThrow(TypeError)
})

test('an unknown protocol is refused with the names there are', () => {
  expect(() => findProtocol('interdyn')).toThrow(/expected one of the protocols interdyn-256x384@1/)
  expect(() => findProtocol('as-is', 7)).toThrow(/as-is@7/)
})
