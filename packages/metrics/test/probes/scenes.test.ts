import type { Tracklets } from '@kinemetric/networks'
import type { ProbeScene } from '@kinemetric/records'
import { describe, expect, it } from 'vitest'
import {
  type ClipProbe,
  counterfactualSpec,
  falseMotionSpec,
  forcePropagationSpec,
  leakageSpec,
  type MeasuredClip,
  probeClip,
} from '../../src/index.ts'
import { noiseFloor } from '../../src/probes/noise-floor.ts'

type Track = ([number, number] | null)[]
const frames = 6
const still: Track = Array.from({ length: frames }, () => [50, 50])
const moving = (dx: number, dy: number): Track =>
  Array.from({ length: frames }, (_, t) => [50 + Math.max(0, t - 1) * dx, 50 + Math.max(0, t - 1) * dy])

function tracklets(track: Track): Tracklets {
  return {
    points: Float32Array.from(track.flatMap((point) => point ?? [0, 0])),
    visible: Uint8Array.from(track, (point) => (point === null ? 0 : 1)),
    count: 1,
    length: track.length,
  }
}

function object(id: string, track: Track, depth: number | null): ProbeScene['objects'][number] {
  const role = depth === 0 ? 'driver' : 'uncontrolled'
  const mask = depth === 0 ? null : id
  return { id, name: id, role, colour: null, mask, area: 400, delta: 2, track, onset: null, depth, reachedAt: null }
}

/** The driver hits a, a hits b; c is never touched. */
const scene: ProbeScene = {
  schema: 'kinemetric/probe-scene@1',
  sourceFrames: [0, 1, 2, 3, 4, 5],
  objects: [
    object('d', still, 0),
    object('a', moving(5, 0), 1),
    object('b', moving(0, 5), 2),
    object('c', still, null),
  ],
  collisions: [],
  pairs: [
    {
      without: 'd',
      excluded: null,
      affected: ['a', 'b'].map((id) => ({ object: id, sourceFrame: 1, outputFrame: 2, laterAlso: [] })),
      unaffected: ['c'],
      truth: { a: still, b: still, c: still },
    },
  ],
}

function clip(generated: Record<string, Track>, without?: Record<string, Track>): ClipProbe {
  const reference = Object.fromEntries(scene.objects.map(({ id, track }) => [id, track]))
  return {
    scene,
    fps: 6,
    objects: Object.entries(generated).map(([id, track]) => ({
      object: id,
      generated: tracklets(track),
      reference: tracklets(reference[id]),
    })),
    pairs:
      without === undefined
        ? []
        : [
            {
              without: 'd',
              objects: Object.entries(without).map(([id, track]) => ({ object: id, generated: tracklets(track) })),
            },
          ],
    missingPairs: without === undefined ? [{ without: 'd', reason: 'none was made' }] : [],
  }
}

const truth = clip({ a: moving(5, 0), b: moving(0, 5), c: still }, { a: still, b: still, c: still })
const nothing = clip({ a: still, b: still, c: still }, { a: still, b: still, c: still })
/** a goes right, b goes the wrong way, c moves; without the driver only a stops. */
const wrong = clip({ a: moving(5, 1), b: moving(0, -5), c: moving(5, 0) }, { a: still, b: moving(0, -5), c: still })

const specs = [forcePropagationSpec, falseMotionSpec, counterfactualSpec, leakageSpec] as const
const how = {
  shown: 'shown',
  extra: {},
  bootstrap: { resamples: 100, level: 0.95 },
  seeds: { bootstrap: 0, points: 0, shuffle: 0 },
  motion: { tracker: 'test', points: 1 },
}

async function score(spec: (typeof specs)[number], clips: readonly ClipProbe[], id = spec.defaultRecipe) {
  const recipe = spec.recipes.find((each) => each.id === id)!
  const measured = clips.map((each, index): MeasuredClip => {
    const { series, notes } = spec.measure!(each, recipe)
    return { clip: `clip-${index}`, values: series?.values, notes, objects: undefined }
  })
  const set = {
    clips: measured,
    rows: () => Promise.reject(new Error('none')),
    tracklets: () => Promise.resolve(undefined),
  }
  return spec.conclude(set, recipe, how)
}

describe('probes', () => {
  it.each([
    ['the truth', truth, [1, 0, 1, 0]],
    ['what stands still', nothing, [0, 0, 0.5, 0]],
    ['one right of two, and what should stand moves', wrong, [0.5, 1, (0.5 + 1 - 1) / 2, 1]],
  ])('gives %s what it deserves', async (_, given, expected) => {
    const values = await Promise.all(specs.map(async (spec) => (await score(spec, [given])).value))
    expect(values).toEqual(expected)
    expect((await score(forcePropagationSpec, [given], 'recall')).value).toBe(given === nothing ? 0 : 1)
  })

  it('weighs scenes by their objects, and says floor, ceiling and depths', async () => {
    const fewer = clip({ a: moving(5, 0) }, { a: still })
    const { value, n, details } = await score(forcePropagationSpec, [nothing, fewer])
    expect([value, n]).toEqual([1 / 3, 2])
    expect(details?.probe).toMatchObject({
      scenes: 2,
      floor: 0,
      ceiling: 1,
      objects: 3,
      depths: [
        { depth: '1', objects: 2, recall: 0.5, directionMedian: 0, within30: 1 },
        { depth: '2', objects: 1, recall: 0, directionMedian: null, within30: null },
      ],
      falseMotion: { objects: 1, share: 0 },
    })
  })

  it('has no balanced value of a scene in which one group is empty, and counts its objects all the same', async () => {
    const without = clip({ a: moving(5, 0) }, { a: still })
    const { value, n, details, warnings } = await score(counterfactualSpec, [truth, without])
    expect([value, n]).toEqual([1, 1])
    expect(details?.probe).toMatchObject({
      floor: 0.5,
      ceiling: 1,
      pairs: 2,
      truth: 'known',
      responsiveness: { objects: 3, share: 1 },
      leakage: { objects: 1, share: 0 },
      rightDirection: { objects: 3, share: 1 },
      noiseFloor: null,
    })
    expect(warnings ?? []).not.toContain('1 of 2 clips have no value')
  })

  it('says that a pair is missing, and scores no pair then', async () => {
    const { value, warnings } = await score(counterfactualSpec, [clip({ a: moving(5, 0), c: still })])
    expect(value).toBeNull()
    expect(warnings).toContain('1 pairs have no video without the driver: none was made')
  })

  it('leaves out what another driver reaches later, and pairs that are excluded', () => {
    const [pair] = scene.pairs
    const also = { ...pair, affected: pair.affected.map((each) => ({ ...each, laterAlso: ['e'] })) }
    expect(probeClip({ ...truth, scene: { ...scene, pairs: [also] } }).pairs.map(({ kind }) => kind)).toEqual([
      'also',
      'also',
      'unaffected',
    ])
    const excluded = { ...pair, excluded: 'collides with driver e' }
    expect(probeClip({ ...truth, scene: { ...scene, pairs: [excluded] } }).pairs).toEqual([])
  })

  it('measures how far seeds alone take objects', () => {
    const [first, second] = [truth, nothing].map(probeClip)
    // a and b go 20 px in one sample and not in the other; c never does.
    expect(noiseFloor([[first, second]])).toEqual({ q95: 20, objects: 3 })
    expect(noiseFloor([[first], [second]])).toBeNull()
  })

  it('refuses a video of another length than the scene', () => {
    const short = still.slice(1)
    const given = { ...truth, objects: [{ object: 'a', generated: tracklets(short), reference: tracklets(short) }] }
    expect(() => probeClip(given)).toThrow("expected tracks of the scene's 6 frames, found 5")
  })
})
