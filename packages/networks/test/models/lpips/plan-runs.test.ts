import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { frameBytes, planRuns, valueSources, type FrameBytes } from '../../../src/models/lpips/plan-runs.ts'

/** A video of frames of two bytes, each named by a digit. */
const video = (frames: string): FrameBytes =>
  frameBytes(Uint8Array.from(frames.split('').flatMap((name) => [7, Number(name)])), frames.length, 2)

test('a frame is known by the first of the equal ones in a row', () => {
  expect([...video('1123322').first]).toEqual([0, 0, 2, 3, 3, 5, 5])
  expect([...video('').first]).toEqual([])
})

test('a value is 0 where the frames are equal, and another frame’s where both sides stand still', () => {
  expect([...valueSources(video('112233'), video('112224'))]).toEqual([-1, -1, -1, -1, 4, 5])
  expect([...valueSources(video('1111'), video('2233'))]).toEqual([0, 0, 2, 2])
})

test('a still video costs one frame more than its reference', () => {
  const [still, moving] = [video('0000'), video('1234')]
  const runs = planRuns([valueSources(still, moving)], [still], moving, { limit: 16, usual: 2 })
  expect(runs.map(({ frames }) => frames.length)).toEqual([5])
})

test('of several videos the reference is computed once, a run ends before a frame that would not fit whole', () => {
  const [reference, ...videos] = ['1234', '5678', '8765', '6587'].map(video)
  const sources = videos.map((each) => valueSources(each, reference))
  const runs = planRuns(sources, videos, reference, { limit: 9, usual: 9 })
  expect(runs.map(({ frames, pairs }) => [frames.length, pairs.length])).toEqual([[8, 6], [8, 6]]) // prettier-ignore
  // Two at a time where a run holds three frames.
  expect(planRuns(sources, videos, reference, { limit: 3, usual: 3 }).map(({ frames }) => frames.length)).toEqual([
    3, 3, 3, 3, 2, 2, 2, 2,
  ])
})

test('frames are added for their room alone only up to the usual size', () => {
  const [reference, moving] = [video('1234'), video('5678')]
  const runs = planRuns([valueSources(moving, reference)], [moving], reference, { limit: 9, usual: 4 })
  expect(runs.map(({ frames }) => frames.length)).toEqual([4, 4])
})

test('every pair is planned once, in runs within the limit, of the right frames', () => {
  const frames = fc.nat({ max: 6 }).chain((count) => fc.array(fc.stringMatching(new RegExp(`^[0-2]{${count}}$`)), { minLength: 1, maxLength: 6 })) // prettier-ignore
  fc.assert(
    fc.property(frames, fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 9 }), (names, limit, usual) => {
      const [reference, ...videos] = names.map(video)
      const sources = videos.map((each) => valueSources(each, reference))
      const planned: string[] = []
      for (const run of planRuns(sources, videos, reference, { limit, usual })) {
        expect(run.frames.length).toBeLessThanOrEqual(limit)
        expect(new Set(run.frames.map((place) => JSON.stringify(place))).size).toBe(run.frames.length)
        for (const pair of run.pairs) {
          const [a, b] = [run.frames[pair.generated], run.frames[pair.reference]]
          expect([a.video, b.video]).toEqual([pair.video, 'reference'])
          expect(names[pair.video + 1][a.frame]).toBe(names[pair.video + 1][pair.frame])
          expect(names[0][b.frame]).toBe(names[0][pair.frame])
          planned.push(`${pair.video}/${pair.frame}`)
        }
      }
      const wanted = sources.flatMap((source, at) => [...source].flatMap((from, t) => (from === t ? `${at}/${t}` : [])))
      expect(planned.toSorted()).toEqual(wanted.toSorted())
      // A value that is taken over is that of the same two frames; 0 is that of equal ones.
      for (const [at, source] of sources.entries())
        for (const [t, from] of source.entries()) {
          const [own, other] = [names[at + 1], names[0]]
          expect(from === -1 ? other[t] : own[from]).toBe(own[t])
          expect(from === -1 ? own[t] : other[from]).toBe(other[t])
        }
    }),
  )
})
