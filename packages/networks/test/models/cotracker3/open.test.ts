import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { contiguous, type FrameArray, sliceFrames } from '@kinemetric/video'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { Cotracker3Network, type Pyramid } from '../../../src/models/cotracker3/network.ts'
import { trackFeatures } from '../../../src/models/cotracker3/offline.ts'
import { expectedTensors } from '../../../src/models/cotracker3/tensors.ts'
import { type Checkpoint, openCheckpoint, type Tracker, writeSafetensors } from '../../../src/index.ts'
import { GraphBuilder } from '../../../src/onnx/graph-builder.ts'
import { openCotracker3 } from '../../../src/models/cotracker3/open.ts'
import { float32Data, openSession } from '../../../src/session/session.ts'
import { motionEncoding } from '../../../src/models/cotracker3/update.ts'
import { timeEmbedding } from '../../../src/models/cotracker3/time-embedding.ts'
import { cotracker3Checkpoint } from './checkpoint.ts'
import { cotracker3Tensors, goldenClip, goldenQueries } from './fixtures.ts'
import { formulaTensor } from '../../formula-weights.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

// Goldens: from the reference's PyTorch code with the same formula weights and the same clip.
const clip = goldenClip(14)

let checkpoint: Checkpoint
let network: Cotracker3Network
let pyramid: Pyramid
beforeAll(async () => {
  checkpoint = await cotracker3Checkpoint('offline')
  network = await Cotracker3Network.open(checkpoint, {})
  pyramid = await network.features(clip)
}, 600_000)
afterAll(() => network.close())

/** What is known of the clip's first frames. */
function pyramidOf(length: number): Pyramid {
  const levels = pyramid.levels.map((values) => values.slice(0, (values.length * length) / pyramid.length))
  return { levels, length }
}

describe('CoTracker3 without its predictor', { timeout: 600_000 }, () => {
  test('features have unit length and the reference’s values to 1e-5', () => {
    const { levels } = pyramid
    const at = (10 * 128 + 20) * 128
    const golden = [-0.001132, 0.054468, 0.014673, 0.007155, -0.010017]
    // Six decimals are given; 1e-5 is asked of 1e-4 in the specification.
    for (const [channel, value] of golden.entries()) expect(levels[0][at + channel]).toBeCloseTo(value, 5)
    const mean = levels[0].reduce((sum, value) => sum + value, 0) / levels[0].length
    expect(mean).toBeCloseTo(2.3688e-4, 7)
    expect(Math.hypot(...levels[0].subarray(at, at + 128))).toBeCloseTo(1, 5)
    expect(levels.map((level) => level.length / 128)).toEqual([14 * 96 * 128, 14 * 48 * 64, 14 * 24 * 32, 14 * 12 * 16])
    // The pyramid's second level is the mean of 2 × 2 of the first.
    const of = (level: number, width: number, y: number, x: number): number => levels[level][(y * width + x) * 128 + 7]
    const four = [of(0, 128, 10, 20), of(0, 128, 10, 21), of(0, 128, 11, 20), of(0, 128, 11, 21)]
    expect(of(1, 64, 5, 10)).toBeCloseTo(four.reduce((a, b) => a + b) / 4, 6)
  })

  test('features do not depend on how many frames are encoded at a time', async () => {
    const many = await Cotracker3Network.open(checkpoint, { frameBatch: 2 })
    const { levels } = await many.features(sliceFrames(clip, 0, 1, 2))
    await many.close()
    for (const [level, values] of levels.entries()) {
      const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - pyramid.levels[level][at])), 0)
      // The same sums in another order.
      expect(worst).toBeLessThan(1e-5)
    }
  })

  const inModelFrame = goldenQueries.map(({ t, x, y }) => ({ t, x: (x * 511) / 95, y: (y * 383) / 63 }))

  test('one refinement moves the points as the reference does, to 1e-3 px', async () => {
    const { coordinates, visibility } = await trackFeatures(network, pyramid, inModelFrame, 1)
    const start = [
      [106.6669, 92.342],
      [254.6909, 191.0071],
      [429.4172, 305.1605],
      [26.2148, 366.0502],
    ]
    for (const [n, [x, y]] of start.entries()) {
      expect(Math.abs(4 * coordinates[28 * n] - x)).toBeLessThan(1e-3)
      expect(Math.abs(4 * coordinates[28 * n + 1] - y)).toBeLessThan(1e-3)
    }
    expect(Math.abs(4 * coordinates[26] - 106.4692)).toBeLessThan(1e-3)
    expect(Math.abs(4 * coordinates[27] - 93.0478)).toBeLessThan(1e-3)
    for (const [t, value] of [0.458323, 0.497647, 0.470779].entries()) {
      expect(probability(visibility[t])).toBeCloseTo(value, 5)
    }
  })

  test('six refinements do, to 2e-3 px of the model’s frame', async () => {
    const { coordinates } = await trackFeatures(network, pyramid, inModelFrame, 6)
    const start = [
      [102.2622, 98.6013],
      [250.7146, 196.7578],
      [425.0563, 311.7164],
      [23.1015, 373.5458],
    ]
    for (const [n, [x, y]] of start.entries()) {
      expect(Math.abs(4 * coordinates[28 * n] - x)).toBeLessThan(2e-3)
      expect(Math.abs(4 * coordinates[28 * n + 1] - y)).toBeLessThan(2e-3)
    }
    expect(Math.abs(4 * coordinates[26] - 101.3659)).toBeLessThan(2e-3)
  })
})

describe('CoTracker3’s offline predictor', { timeout: 600_000 }, () => {
  let tracker: Tracker
  beforeAll(async () => {
    tracker = await openCotracker3(checkpoint)
  })
  afterAll(() => tracker.close())

  test('tracks as the reference’s predictor, to 0.002 px', async () => {
    // A frame's features are 51 GFLOP, nearly all of the time here: the whole clip's are known by now.
    const features = vi.spyOn(Cotracker3Network.prototype, 'features').mockResolvedValueOnce(pyramid)
    const { points, visible, count, length } = await tracker.track(clip, goldenQueries)
    expect(features.mock.calls).toEqual([[clip]])
    features.mockRestore()
    expect([count, length]).toEqual([4, 14])
    const golden: Record<number, [t: number, x: number, y: number][]> = {
      0: [
        [0, 20, 15],
        [1, 19.0014, 17.0872],
        [7, 18.6388, 16.9554],
        [13, 18.9439, 16.9397],
      ],
      3: [
        [0, 5, 60],
        [1, 4.3104, 62.2095],
        [7, 3.9872, 62.1828],
        [13, 4.1026, 62.0526],
      ],
    }
    for (const [n, path] of Object.entries(golden)) {
      for (const [t, x, y] of path) {
        const at = 2 * (Number(n) * 14 + t)
        // 0.05 px is asked; the formula weights leave far less to rounding.
        expect(Math.abs(points[at] - x)).toBeLessThan(0.002)
        expect(Math.abs(points[at + 1] - y)).toBeLessThan(0.002)
      }
    }
    // With these weights nothing is seen but the queries themselves, which are by definition.
    for (let n = 0; n < 4; n++) expect([...visible.subarray(14 * n, 14 * n + 14)]).toEqual([1, ...Array(13).fill(0)])
    expect(tracker.id).toBe('cotracker3-offline')
    expect(tracker.settings).toEqual({ iterations: 6, support: 'grid-6' })
  })

  test('takes another length, another size and queries in later frames with the same graphs', async () => {
    const short = sliceFrames(clip, 0, 1, 3)
    const queries = [
      { t: 2, x: 30, y: 30 },
      { t: 1, x: 10, y: 12 },
    ]
    const features = vi.spyOn(Cotracker3Network.prototype, 'features').mockResolvedValueOnce(pyramidOf(3))
    const { points, visible, count, length } = await tracker.track(short, queries)
    expect(features.mock.calls).toEqual([[short]])
    features.mockRestore()
    expect([count, length]).toEqual([2, 3])
    expect([...points.subarray(4, 6), ...points.subarray(8, 10)]).toEqual([30, 30, 10, 12])
    expect([visible[2], visible[4]]).toEqual([1, 1])
    expect(points.every(Number.isFinite)).toBe(true)
    const cropped = clip.lo(0, 10, 11).hi(2, 50, 60)
    expect((await tracker.track(cropped, queries.slice(1))).points.every(Number.isFinite)).toBe(true)
  })

  test.runIf(process.env.KINEMETRIC_FULL)('reads the same numbers out of safetensors', async () => {
    const other = await openCotracker3(await cotracker3Checkpoint('offline', 'safetensors'))
    const two = sliceFrames(clip, 0, 1, 2)
    expect(await other.track(two, goldenQueries)).toEqual(await tracker.track(two, goldenQueries))
    expect(other.digest).toBe(tracker.digest)
    await other.close()
  })

  test('refuses what cannot be tracked', async () => {
    await expect(tracker.track(clip.hi(1), goldenQueries)).rejects.toThrow(
      /at least 2 frames to track through, found 1/,
    )
    await expect(tracker.track(goldenClip(61), goldenQueries)).rejects.toThrow(/at most 60 frames, found 61/)
    await expect(tracker.track(clip, [{ t: 0, x: 95.5, y: 3 }])).rejects.toThrow(
      /point 0 .* x of 0..95.*found t=0, x=95.5/,
    )
    await expect(tracker.track(clip, [{ t: 14, x: 9, y: 3 }])).rejects.toThrow(
      expect.objectContaining({ code: 'point-outside' }),
    )
    await expect(tracker.track(clip.hi(14, 1), [{ t: 0, x: 9, y: 0 }])).rejects.toThrow(
      /at least 2x2 pixels, found 96x1/,
    )
  })
})

// Goldens: the reference's CoTrackerOnlinePredictor in PyTorch with the same formula weights, frame by frame
// (goldens/cotracker3_online.py), given to 1e-4 px.
interface Case {
  length: number
  supportGrid: boolean
  queries: [t: number, x: number, y: number][]
  tracks: [x: number, y: number][][]
  visible: number[][]
}
const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'goldens', 'cotracker3-online.json'), 'utf8'),
)

// One window (14 frames), two, and three with the support grid; the suite at large takes the two, a full run all.
const full = process.env.KINEMETRIC_FULL === '1'

/** The first window's frames up to those of the offline clip are encoded already, by the same weights: only the rest is. */
function knowingTheClip() {
  // oxlint-disable-next-line typescript/unbound-method -- called with the network that it is asked of
  const { features } = Cotracker3Network.prototype
  return vi.spyOn(Cotracker3Network.prototype, 'features').mockImplementationOnce(async function (
    this: Cotracker3Network,
    frames: FrameArray,
  ) {
    const known = Math.min(pyramid.length, frames.shape[0])
    if (known === frames.shape[0]) return pyramidOf(known)
    const rest = await features.call(this, contiguous(sliceFrames(frames, known, 1, frames.shape[0] - known)))
    const levels = rest.levels.map((values, level) => {
      const all = new Float32Array(pyramid.levels[level].length + values.length)
      all.set(pyramid.levels[level])
      all.set(values, pyramid.levels[level].length)
      return all
    })
    return { levels, length: frames.shape[0] }
  })
}

describe('CoTracker3’s online predictor', { timeout: 600_000 }, () => {
  let online: Checkpoint
  beforeAll(async () => {
    online = await cotracker3Checkpoint('online')
  })

  test.each(cases.filter(({ length }) => full || length === 21))(
    'tracks $length frames as the reference’s, to 0.01 px',
    async (golden) => {
      const tracker = await openCotracker3(online, golden.supportGrid ? { supportGrid: true } : {})
      const queries = golden.queries.map(([t, x, y]) => ({ t, x, y }))
      const features = knowingTheClip()
      const { points, visible, length } = await tracker.track(goldenClip(golden.length), queries)
      features.mockRestore()
      await tracker.close()
      let worst = 0
      for (const [n, path] of golden.tracks.entries()) {
        for (const [t, [x, y]] of path.entries()) {
          const at = 2 * (n * length + t)
          worst = Math.max(worst, Math.abs(points[at] - x), Math.abs(points[at + 1] - y))
        }
      }
      // Windows hand on their rounding, six refinements each; 0.05 px is asked of the offline model.
      expect(worst).toBeLessThan(0.01)
      expect([...visible]).toEqual(golden.visible.flat())
    },
  )

  describe('on other clips', () => {
    let tracker: Tracker
    beforeAll(async () => {
      tracker = await openCotracker3(online, { iterations: 1 })
    })
    afterAll(() => tracker.close())

    test('takes a clip shorter than half a window', async () => {
      const { points, length } = await tracker.track(sliceFrames(clip, 0, 1, 2), [{ t: 1, x: 9, y: 9 }])
      expect(length).toBe(2)
      expect(points.every((value) => Number.isFinite(value) && value !== 0)).toBe(true)
      expect(tracker.id).toBe('cotracker3-online')
      expect(tracker.settings).toEqual({ iterations: 1, support: 'none' })
    })

    test('refuses one frame', async () => {
      await expect(tracker.track(goldenClip(1), [{ t: 0, x: 9, y: 9 }])).rejects.toThrow(/at least 2 frames/)
    })
  })

  test('is not taken for the offline one where that is asked for', async () => {
    await expect(openCotracker3(online, { model: 'offline' })).rejects.toThrow(
      /expected the weights of CoTracker3 \(scaled_offline.pth\), found those of CoTracker3's online model/,
    )
  })
})

describe('the checkpoint', () => {
  test.skipIf(!hasShared('spec', 'tensors', 'cotracker3_offline.json'))('has the official names and shapes', () => {
    const official: unknown = JSON.parse(readFileSync(sharedPath('spec', 'tensors', 'cotracker3_offline.json'), 'utf8'))
    expect(expectedTensors(60)).toEqual(official)
  })

  test('of CoTracker 1 or 2 is refused by name', async () => {
    const folder = await temporaryFolder()
    const one = join(folder, 'cotracker_stride_4_wind_8.pth')
    await writeSafetensors(one, some('fnet.conv1.weight', 'ffeat_updater.0.weight', 'vis_predictor.0.weight'))
    await expect(openCotracker3(await openCheckpoint(one))).rejects.toThrow(/found those of CoTracker 1/)
    const two = join(folder, 'cotracker2.pth')
    await writeSafetensors(two, some('updateformer.virual_tracks', 'track_feat_updater.0.weight', 'pos_emb'))
    await expect(openCotracker3(await openCheckpoint(two))).rejects.toThrow(/found those of CoTracker 2/)
  })

  test('of anything else is refused with what is missing', async () => {
    const path = join(await temporaryFolder(), 'other.safetensors')
    const tensors = cotracker3Tensors('offline')
    tensors.delete('corr_mlp.fc2.bias')
    await writeSafetensors(path, tensors)
    await expect(openCotracker3(await openCheckpoint(path))).rejects.toThrow(/1 missing \(corr_mlp.fc2.bias\)/)
  })
})

describe('encodings', () => {
  test('motion: shares of the frame, then sines of ten octaves, then cosines', async () => {
    const graph = new GraphBuilder('encoding')
    const coordinates = graph.input('coordinates', 'float32', ['n', 't', 2])
    graph.output(motionEncoding(graph, coordinates), 'encoding', 'float32', ['n', 't', 84])
    const session = await openSession(graph.build())
    // In the middle frame the point comes from (−.3, −.05) and goes to (−.1, .2) of the frame.
    const data = Float32Array.of(-0.3 * 128, -0.05 * 96, 0, 0, -0.1 * 128, 0.2 * 96)
    const { encoding } = await session.run({ coordinates: { type: 'float32', data, shape: [1, 3, 2] } })
    await session.close()
    const middle = float32Data(encoding).subarray(84, 168)
    const golden = {
      0: 0.1,
      3: 0.05,
      4: 0.099833,
      5: -0.198669,
      8: 0.198669,
      43: 0.450441,
      44: 0.995004,
      48: 0.980067,
      83: 0.892806,
    }
    for (const [index, value] of Object.entries(golden)) expect(middle[Number(index)]).toBeCloseTo(value, 4)
    const first = float32Data(encoding).subarray(0, 4)
    expect(first[2]).toBe(0)
    expect(first[0]).toBeCloseTo(-0.3, 6)
  })

  test('time: interpolated at half-pixel positions unless the length agrees', () => {
    const { data } = cotracker3Tensors('offline').get('time_emb')!
    const golden = [0.841470957, 0.832464993, 0.823387265]
    for (const [j, value] of golden.entries()) expect(data[1110 + j]).toBeCloseTo(value, 7)
    const cosines = [0.540302277, 0.554077685, 0.567479908]
    for (const [j, value] of cosines.entries()) expect(data[1110 + 555 + j]).toBeCloseTo(value, 7)
    expect(timeEmbedding(data, 1110, 60)).toBe(data)
    const fourteen = timeEmbedding(data, 1110, 14)
    expect(fourteen).toHaveLength(14 * 1110)
    for (const j of [0, 500, 1109]) {
      const e = (t: number): number => data[t * 1110 + j]
      expect(fourteen[j]).toBeCloseTo(0.357143 * e(1) + 0.642857 * e(2), 5)
      expect(fourteen[1110 + j]).toBeCloseTo(0.071429 * e(5) + 0.928571 * e(6), 5)
    }
  })
})

function probability(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

function some(...names: string[]) {
  return new Map(names.map((name) => [name, formulaTensor(name, [2, 2])]))
}
