import { describe, expect, test } from 'vitest'
import type { ClevrerScene } from '../../../src/datasets/clevrer/annotation.ts'
import { joinProposals, type Proposal } from '../../../src/datasets/clevrer/proposals.ts'
import { chooseStarts, validStarts, windowFrom, type WindowRules } from '../../../src/datasets/clevrer/scene-window.ts'

const rules: WindowRules = { frames: 14, stride: 4, entering: 'flag', collisionInWindow: true }

function flags(from: number): boolean[] {
  return Array.from({ length: 128 }, (_, frame) => frame >= from)
}

/** Object 0 is always inside; object 1 from a frame on, and its mask a little earlier. */
function scene(enters: number, collisions: readonly number[]) {
  const objects = [
    { id: 0, colour: 'red', material: 'rubber', shape: 'cube' },
    { id: 1, colour: 'blue', material: 'rubber', shape: 'cube' },
  ]
  const annotated: ClevrerScene = {
    objects,
    inside: new Map([
      [0, flags(0)],
      [1, flags(enters)],
    ]),
    places: new Map(),
    collisions: collisions.map((frame) => ({ frame, objects: [0, 1] as const })),
    index: 1,
  }
  const mask = { size: [1, 1] as const, counts: '01' }
  const proposed: Proposal[][] = Array.from({ length: 128 }, (_, frame) =>
    objects.filter(({ id }) => id === 0 || frame >= enters - 3).map((object) => ({ ...object, score: 1, mask })),
  )
  return { annotated, masks: joinProposals(annotated, proposed) }
}

function starts(enters: number, collisions: readonly number[], changed: Partial<WindowRules> = {}): number[] {
  const { annotated, masks } = scene(enters, collisions)
  return validStarts(annotated, masks, { ...rules, ...changed })
}

describe('valid starts', () => {
  test('before the first collision, with a collision inside the window and a driver that enters after the first frame', () => {
    // Collision 60 needs start + 52 ≥ 60; entering at 30 needs start < 30.
    const found = starts(30, [60])
    expect([found[0], found.at(-1), found.length]).toEqual([8, 29, 22])
  })

  test('the first collision ends them, whoever collides', () => {
    expect(starts(30, [12, 60])).toEqual(Array.from({ length: 12 }, (_, i) => i))
  })

  test('a driver has to be inside at a frame that the clip has', () => {
    // The window from 4 ends with frame 56, that from 3 with 55.
    expect(starts(56, [100], { collisionInWindow: false })[0]).toBe(4)
  })

  test('without a collision in the window any start before the first collision will do; without one at all, any that fits', () => {
    const found = starts(70, [90], { collisionInWindow: false })
    expect([found[0], found.at(-1)]).toEqual([18, 69])
    expect(starts(128, [], { collisionInWindow: false })).toEqual([])
    expect(starts(127, [], { collisionInWindow: false })).toEqual([75])
    expect(starts(70, [])).toEqual([])
  })

  test('by masks, an object is in view as soon as some of it is proposed', () => {
    expect(starts(30, [60], { entering: 'mask' }).at(-1)).toBe(26)
  })

  test('stride 3 sees further into fewer frames', () => {
    const found = starts(30, [60], { stride: 3 })
    expect([found[0], found.at(-1)]).toEqual([21, 29])
  })
})

test('a window says who drives, who does not, and what collides in it', () => {
  const { annotated, masks } = scene(30, [8, 60, 61])
  expect(windowFrom(annotated, masks, 8, rules)).toEqual({
    start: 8,
    sourceFrames: [8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60],
    drivers: [1],
    uncontrolled: [0],
    collisions: [{ frame: 60, objects: [0, 1] }],
  })
})

describe('which start is taken', () => {
  const fourteen = Array.from({ length: 14 }, (_, i) => 20 + i)

  test('the middle one, of two the earlier; the first, the last, all', () => {
    expect(chooseStarts(fourteen, 'middle', 0, 'video_00000')).toEqual([26])
    expect(chooseStarts([3, 7, 8], 'middle', 0, 'video_00000')).toEqual([7])
    expect(chooseStarts(fourteen, 'first', 0, 'video_00000')).toEqual([20])
    expect(chooseStarts(fourteen, 'last', 0, 'video_00000')).toEqual([33])
    expect(chooseStarts(fourteen, 'all', 0, 'video_00000')).toEqual(fourteen)
    expect(chooseStarts([], 'middle', 0, 'video_00000')).toEqual([])
  })

  test('at random by seed and name: SHA-256 of 42:900006 begins with a39750f3, 2744602867, which is 13 modulo 14', () => {
    expect(chooseStarts(fourteen, 'random', 42, '900006')).toEqual([33])
  })
})
