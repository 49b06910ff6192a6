import { expect, test } from 'vitest'
import { type MeasuredClip, motionFidelity, motionFidelitySpec, type TrackedObject } from '../../src/index.ts'
import { tracklets } from './motion-fixtures.ts'

/** Two points that move straight on, at an angle. */
const moving = (angle: number, length = 4) =>
  tracklets(2, length, (n, t) => [n + t * Math.cos(angle), t * Math.sin(angle)])
const store: Record<string, ReturnType<typeof moving>> = {
  ahead: moving(0),
  up: moving(1),
  back: moving(3),
  long: moving(0, 6),
}
const kept = { tracklets: (address: string) => Promise.resolve(store[address]) }

function object(generated: string, reference: string): TrackedObject {
  return {
    object: generated,
    pixels: 9,
    skipped: null,
    staticShare: null,
    invisibleShare: null,
    tracks: { generated, reference },
  }
}
const skipped: TrackedObject = { ...object('', ''), skipped: 'small', tracks: null }
const clip = (...objects: TrackedObject[]): MeasuredClip => ({
  clip: 'c',
  values: undefined,
  notes: undefined,
  objects,
})
const [recipe] = motionFidelitySpec.recipes
const unrelated = (generated: MeasuredClip, reference: MeasuredClip) =>
  motionFidelitySpec.unrelated?.(generated, reference, kept, recipe)

test('the mean over all generated objects, as a score is, each against an object of the other clip in turn', async () => {
  const own = clip(skipped, object('ahead', 'x'), object('up', 'x'), object('back', 'x'))
  const other = clip(object('x', 'up'), skipped, object('x', 'back'))
  const pairs = [
    ['ahead', 'up'],
    ['up', 'back'],
    ['back', 'up'],
  ].map(([a, b]) => motionFidelity(store[a], store[b]).value)
  expect(await unrelated(own, other)).toBeCloseTo((pairs[0] + pairs[1] + pairs[2]) / 3, 12)
})

test('nothing is made up: no tracks, lost tracks, or clips of other lengths have no value', async () => {
  const own = clip(object('ahead', 'ahead'))
  expect(await unrelated(clip(skipped), own)).toBeUndefined()
  expect(await unrelated(own, clip(skipped))).toBeUndefined()
  expect(await unrelated(own, clip(object('x', 'gone')))).toBeUndefined()
  expect(await unrelated(own, clip(object('x', 'long')))).toBeUndefined()
})
