import { expect, test } from 'vitest'
import { findProtocol, metricsOf, protocolDigest, protocols, protocolSchema } from '../../src/index.ts'

test('protocols are frozen: a change of any published one is a new version', () => {
  expect(Object.fromEntries(protocols.map((p) => [`${p.identity.id}@${p.identity.version}`, protocolDigest(p)])))
    .toMatchInlineSnapshot(`
      {
        "as-is@1": "6f9bc6515ce37e7c9de7d4f9e34bbf443f33d7041c1193a7e36ed40835960ddd",
        "clevrer-320x448@1": "34ee49779e9f4b4ad7642fe0e04cee308a3919206997ef3cd54524de334db71d",
        "interdyn-256x256@1": "117bf6cb3bc1506345282d5ae9b928f4ff33e1aa64df856b4c8ba41b5a2f8c71",
        "interdyn-256x384@1": "da75f944650f6b04e3276e59016333e3675f4f2eada95a0b114f78056131f3fe",
        "physics-256x384@1": "fb3b53c7178ff24fc666bb0e7d3981ecb9c37d9abd7417f41b7fc4ab93809585",
        "physics-iq-16fps@1": "74bb91671454742511224635fe0ff9299bbe42f2f0932d6ea2ed7f35fd9e216c",
        "physics-iq-24fps@1": "fe59de163919934ad2c90ef62eb0cc4d93164e49a0a582648c217e9bd81b0eae",
        "physics-iq-30fps@1": "4257267969c211356131f5afbcc236a42295b3ccfb4dc86cb29029cea8cc14de",
        "physics-iq-8fps@1": "7278e32e5ac0f85013c602f29ec107d82459abc9c0f38fe68c0528579c7c9eba",
        "ssv2-256x256@1": "f720c690a3bd6da8e1de0fedb0edcadff014fc564e98359e4635e64e1bd14711",
        "ssv2-256x384@1": "0b2c96d7b78214927188fd85434296ac7efd560a6b9faa92f36c00a0ef78f0de",
      }
    `)
  expect(() => {
    Object.assign(findProtocol('as-is').identity.window, { frames: 3 })
  }).toThrow(TypeError)
})

test('a metric that joins a protocol is one of its metrics, the last, and changes no digest', () => {
  const protocol = findProtocol('physics-256x384')
  const joined = { metric: 'new-one', recipe: 'its-paper', default: false }
  const grown = { ...protocol, added: [joined] }
  expect(protocolDigest(grown)).toBe(protocolDigest(protocol))
  expect(metricsOf(grown)).toEqual([...protocol.identity.metrics, joined])
})

test('the JSON of a protocol is its identity, with what joined beside it where something did', () => {
  const { identity } = findProtocol('as-is')
  expect(protocolSchema.parse(structuredClone(identity))).toEqual({ identity, added: [] })
  const added = [{ metric: 'new-one', recipe: 'its-paper', default: false }]
  expect(protocolSchema.parse({ ...identity, added })).toEqual({ identity, added })
})

test('an unknown protocol is refused with the names there are', () => {
  expect(() => findProtocol('interdyn')).toThrow(/expected one of the protocols interdyn-256x384@1/)
  expect(() => findProtocol('as-is', 7)).toThrow(/as-is@7/)
})
