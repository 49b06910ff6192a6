import { describe, expect, test } from 'vitest'
import { driverPlane, paintedDrivers } from '../../../src/datasets/clevrer/control.ts'
import { maskInClip } from '../../../src/datasets/probe/mask-in-clip.ts'
import { joinProposals, type Proposal } from '../../../src/datasets/clevrer/proposals.ts'
import { sceneMasks } from '../../../src/datasets/clevrer/scene-masks.ts'

/** Two objects in a picture of one row and six pixels; object 1 is inside the view all the time. */
const scene = {
  objects: [
    { id: 1, colour: 'red', material: 'rubber', shape: 'cube' },
    { id: 4, colour: 'blue', material: 'rubber', shape: 'cube' },
  ],
  inside: new Map([
    [1, [true, true, true]],
    [4, [false, false, false]],
  ]),
  places: new Map(),
  collisions: [],
  index: undefined,
}

function proposal(object: number, runs: readonly number[], score: number): Proposal {
  const { colour, material, shape } = scene.objects[object]
  return { colour, material, shape, score, mask: { size: [1, 6], counts: runs } }
}

function planeOf(frames: readonly (readonly Proposal[])[], frame: number, gap: 'empty' | 'hold' = 'empty'): number[] {
  const masks = joinProposals(scene, frames)
  const painted = paintedDrivers(scene, masks, [4, 1], frame, gap)
  return [...driverPlane(painted, sceneMasks('masks', masks)).inside]
}

describe('who is seen where the masks of two drivers meet', () => {
  const left = [0, 4, 2]
  const right = [2, 4]

  test('the one with the higher score', () => {
    expect(planeOf([[proposal(0, left, 0.9), proposal(1, right, 0.8)]], 0)).toEqual([2, 2, 2, 2, 1, 1])
    expect(planeOf([[proposal(0, left, 0.7), proposal(1, right, 0.8)]], 0)).toEqual([2, 2, 1, 1, 1, 1])
  })

  test('of equals the lower id', () => {
    expect(planeOf([[proposal(1, right, 0.8), proposal(0, left, 0.8)]], 0)).toEqual([2, 2, 2, 2, 1, 1])
  })
})

test('a driver in view without a mask: nothing, or its last mask; out of view there is nothing to hold', () => {
  const there = [proposal(0, [1, 2, 3], 0.9), proposal(1, [4, 2], 0.9)]
  expect(planeOf([there, [], []], 2)).toEqual([0, 0, 0, 0, 0, 0])
  expect(planeOf([there, [], []], 2, 'hold')).toEqual([0, 2, 2, 0, 0, 0])
})

test('of several proposals of an object the highest score is taken, the first of equals', () => {
  const [one, two, three] = [proposal(0, [0, 1, 5], 0.5), proposal(0, [1, 1, 4], 0.9), proposal(0, [2, 1, 3], 0.9)]
  const { frames, repeated } = joinProposals(scene, [[one, two, three]])
  expect(frames[0].get(1)).toBe(two)
  expect(repeated).toEqual([[0, 1]])
})

test('a mask in the clip: nearest pixel until the frame is covered, then the crop', () => {
  const mask = { height: 2, width: 3, inside: Uint8Array.from([1, 0, 0, 0, 0, 1]) }
  expect(maskInClip(mask, null)).toBe(mask)
  expect([...maskInClip(mask, { size: [2, 1] }).inside]).toEqual([0, 0])
  expect([...maskInClip(mask, { size: [2, 2], crop: { top: 0, left: 1 } }).inside]).toEqual([0, 0, 0, 1])
  expect([...maskInClip(mask, { size: [4, 2], crop: { top: 0, left: 0 } }).inside]).toEqual([1, 1, 1, 1, 0, 0, 0, 0])
})
