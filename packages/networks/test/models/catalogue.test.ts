import { expect, test } from 'vitest'
import { networkCard, networkCatalogue, networksOf, weightEntry } from '../../src/index.ts'

test('networks that are named in recipes and records keep their names and roles; each name stands once', () => {
  const roles = Object.fromEntries(networkCatalogue.map(({ id, role }) => [id, role]))
  expect(Object.keys(roles)).toHaveLength(networkCatalogue.length)
  expect(roles).toMatchObject({
    'lpips-alex': 'distance',
    'lpips-vgg': 'distance',
    'lpips-squeeze': 'distance',
    'lpips-v0.0-alex': 'distance',
    'lpips-v0.0-vgg': 'distance',
    'lpips-v0.0-squeeze': 'distance',
    'inception-2015-12-05': 'features',
    'i3d-kinetics-400': 'features',
    'cotracker3-offline': 'tracklets',
    'cotracker3-online': 'tracklets',
    'lucas-kanade': 'tracklets',
  })
})

test.each(networkCatalogue.map((card) => [card.id, card] as const))(
  '%s: its parts are weights of its own',
  (id, card) => {
    for (const part of Object.values(card.parts)) {
      expect(card.weights).toContain(weightEntry(part))
      expect(networksOf(part)).toContain(id)
    }
  },
)

test.each(networkCatalogue.map((card) => [card.id, card] as const))('%s: its code is there', async (_, card) => {
  expect(await card.load()).toBeTypeOf('function')
})

test('a network that is not in the catalogue is named beside those that are', () => {
  expect(() => networkCard('i3d')).toThrow(/^i3d: expected a network of lpips-alex, .*, found none of that name$/)
})
