import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { derangement, unrelatedPartners } from '../../src/index.ts'

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 12 })

test('every clip meets every other one once, none itself, and the order of the clips says nothing', () => {
  fc.assert(
    fc.property(ids, fc.nat({ max: 99 }), (names, seed) => {
      const partnersOf = unrelatedPartners(
        names.map((id) => ({ id })),
        seed,
      )
      const turned = unrelatedPartners(
        names.toReversed().map((id) => ({ id })),
        seed,
      )
      for (const id of names) {
        const partners = [...partnersOf(id)]
        expect(partners.toSorted()).toEqual(names.filter((each) => each !== id).toSorted())
        expect([...turned(id)]).toEqual(partners)
      }
      // k steps along one cycle: as a pairing of all clips each step uses every reference once.
      const first = names.map((id) => partnersOf(id).next().value)
      expect(new Set(first).size).toBe(names.length)
    }),
    { seed: 1, numRuns: 100 },
  )
})

test('windows of one video are never held against each other', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 12 }), (videos) => {
      const clips = videos.map((video, i) => ({ id: `c${i}`, unit: `v${video}` }))
      const partnersOf = unrelatedPartners(clips, 0)
      for (const { id, unit } of clips) {
        const others = clips.filter((clip) => clip.unit !== unit).map((clip) => clip.id)
        expect([...partnersOf(id)].toSorted()).toEqual(others.toSorted())
      }
    }),
    { seed: 2, numRuns: 100 },
  )
})

test('the first partner is the derangement’s, over the names in order; a single clip has none', () => {
  const names = ['d', 'a', 'c', 'b']
  const partnersOf = unrelatedPartners(
    names.map((id) => ({ id })),
    7,
  )
  const sorted = names.toSorted()
  expect(sorted.map((id) => partnersOf(id).next().value)).toEqual([...derangement(4, 7)].map((at) => sorted[at]))
  expect([...unrelatedPartners([{ id: 'a' }], 0)('a')]).toEqual([])
  expect([...partnersOf('nobody')]).toEqual([])
})
