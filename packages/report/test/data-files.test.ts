import { runInNewContext } from 'node:vm'
import { gunzipSync, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromPlanes, toPlanes } from '../src/data-files/byte-planes.ts'
import { dataFormat, dataScript, parseDataScript } from '../src/data-files/container.ts'
import { type CurvesHead, decodeCurves, encodeCurves } from '../src/data-files/curves-file.ts'
import { decodeIndex, encodeIndex } from '../src/data-files/index-file.ts'
import { mediaFolder, thumbAddress, videoAddress } from '../src/data-files/media-address.ts'
import { printedNumber } from '../src/data-files/printed-codes.ts'
import { decodeProtocol, encodeProtocol, type ProtocolHead } from '../src/data-files/protocol-file.ts'
import { curvesName, shardStarts, valuesName } from '../src/data-files/shards.ts'
import { decodeTracks, encodeTracks } from '../src/data-files/tracks-file.ts'
import { decodeValues, encodeValues, noShare } from '../src/data-files/values-file.ts'

const head = { format: dataFormat, board: 'ab'.repeat(32) }

/** Values as metrics have them, with what is awkward: halves of a printed step, zeros of both signs, no value, infinity. */
const awkward = (decimals: number) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: -50, max: 120, noNaN: true }) },
    { weight: 2, arbitrary: fc.integer({ min: -2000, max: 2000 }).map((step) => (step + 0.5) / 10 ** decimals) },
    { weight: 1, arbitrary: fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 1, 100, -1e-12) },
  )

/** An even number of values as two methods' columns, written and read. */
function readColumn(values: readonly number[], decimals: number) {
  const said = { ...head, metric: 'x', methods: 2, clips: values.length / 2, decimals }
  return decodeIndex(encodeIndex(Float64Array.from(values), said))
}

function even(values: number[]): number[] {
  return values.length % 2 === 0 ? values : values.slice(1)
}

function scaleOf(values: readonly number[], decimals: number) {
  return encodeIndex(Float64Array.from(values), { ...head, metric: 'x', methods: 1, clips: 2, decimals }).head.scale
}

/** How far two values are apart; no value is nothing off no value. */
function off(found: number, expected: number): number {
  return Number.isNaN(found) && Number.isNaN(expected) ? 0 : Math.abs(found - expected)
}

function sha(digit: string): string {
  return digit.repeat(64)
}

function methodOf(id: string) {
  return { id, name: id, slug: id, series: 1, trivial: false }
}

describe('a container', () => {
  test('is a script that calls one function with what was put in, whatever the names say', () => {
    const names = fc.record({ format: fc.constant(1), board: fc.string(), title: fc.string({ unit: 'binary' }) })
    fc.assert(
      fc.property(names, fc.uint8Array({ maxLength: 200 }), (said, bytes) => {
        const text = dataScript('index-lpips', said, gzipSync(bytes).toString('base64'))
        expect(text).not.toContain('<')
        const calls: unknown[][] = []
        runInNewContext(text, { kinemetricData: (...call: unknown[]) => calls.push(call) })
        expect(calls).toEqual([['index-lpips', said, expect.any(String)]])
        expect(new Uint8Array(gunzipSync(Buffer.from(String(calls[0][2]), 'base64')))).toEqual(bytes)
        expect(parseDataScript(text)).toEqual({ name: 'index-lpips', head: said, packed: calls[0][2] })
      }),
    )
  })

  test('that is something else is none', () => {
    for (const text of [
      '',
      'kinemetricData()',
      'kinemetricData("a",{},"")\n',
      'kinemetricData("a",{"format":1},"")\n',
      'alert(1)',
    ])
      expect(parseDataScript(text)).toBeNull()
  })
})

test('planes give the numbers back', () => {
  fc.assert(
    fc.property(fc.float64Array(), (numbers) => {
      expect(new Float64Array(fromPlanes(toPlanes(numbers), 8))).toEqual(numbers)
    }),
  )
})

describe('a column of all clips', () => {
  const column = fc.integer({ min: 0, max: 4 }).chain((decimals) =>
    fc.tuple(
      fc.constant(decimals),
      fc.array(fc.oneof({ weight: 20, arbitrary: awkward(decimals) }, { weight: 1, arbitrary: fc.double() }), {
        minLength: 2,
        maxLength: 60,
      }),
    ),
  )
  test('prints every value as the record has it', () => {
    fc.assert(
      fc.property(column, ([decimals, drawn]) => {
        const values = even(drawn)
        const printed = readColumn(values, decimals).flatMap((each) => [...each.printed])
        expect(printed.map((value) => printedNumber(value, decimals))).toEqual(
          values.map((value) => printedNumber(value, decimals)),
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('keeps the order, and is never more than a printed step off', () => {
    fc.assert(
      fc.property(column, ([decimals, drawn]) => {
        const values = even(drawn)
        const decoded = readColumn(values, decimals).flatMap((each) => [...each.values])
        expect(values.filter((x, i) => Math.abs(x) < 1e9 && !(off(decoded[i], x) <= 1.01 / 10 ** decimals))).toEqual([])
        const turned = values.filter((x, i) => values.some((y, j) => x < y && !(decoded[i] <= decoded[j])))
        expect(turned).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('takes 2 bytes a value where its range has room for an order finer than print, else more', () => {
    expect(scaleOf([0, 1], 3)).toEqual({ unit: 1000, low: 0, fine: 65, bytes: 2 })
    expect(scaleOf([0, 100], 2)).toEqual({ unit: 100, low: 0, fine: 6, bytes: 2 })
    expect(scaleOf([0, 1000], 2).bytes).toBe(3)
    expect(scaleOf([-1e6, 1e6], 2).bytes).toBe(4)
    expect(scaleOf([0, 1e300], 2).bytes).toBe(8)
    expect(scaleOf([Number.NaN, Infinity], 2)).toEqual({ unit: 100, low: 0, fine: 1, bytes: 2 })
  })
})

test('numbers of lists have a true minus, commas and a word for none', () => {
  expect([-1234.5, 999.999, 0, -0.0001, Number.NaN, Infinity].map((value) => printedNumber(value, 2))).toEqual([
    '−1,234.50',
    '1,000.00',
    '0.00',
    '0.00',
    'none',
    '∞',
  ])
})

test('values of a shard print as the record does, also where single precision would round to the other side', () => {
  const shape = fc.record({ methods: fc.integer({ min: 1, max: 3 }), clips: fc.integer({ min: 1, max: 5 }) })
  const input = shape.chain(({ methods, clips }) =>
    fc.record({
      methods: fc.constant(methods),
      clips: fc.constant(clips),
      rows: fc.tuple(
        ...[3, 2].map((decimals) =>
          fc.array(fc.oneof({ weight: 30, arbitrary: awkward(decimals) }, { weight: 1, arbitrary: fc.double() }), {
            minLength: methods * clips,
            maxLength: methods * clips,
          }),
        ),
      ),
    }),
  )
  fc.assert(
    fc.property(input, ({ methods, clips, rows }) => {
      const values = Float64Array.from(rows.flat())
      const shares = Uint8Array.from(values, (value, at) => (Number.isNaN(value) ? noShare : at % 101))
      const said = { ...head, from: 512, to: 512 + clips, methods, metrics: 2, decimals: [3, 2] }
      const shard = decodeValues(encodeValues(values, shares, said))
      for (const [metric, decimals] of said.decimals.entries())
        for (let method = 0; method < methods; method++)
          for (let clip = 0; clip < clips; clip++) {
            const value = rows[metric][method * clips + clip]
            expect(printedNumber(shard.value(metric, method, 512 + clip), decimals)).toBe(
              printedNumber(value, decimals),
            )
            const share = shares[(metric * methods + method) * clips + clip]
            expect(shard.betterShare(metric, method, 512 + clip)).toBe(share === noShare ? null : share)
          }
    }),
    { numRuns: 1000 },
  )
})

describe('curves', () => {
  const curves: CurvesHead = { ...head, from: 64, to: 66, methods: 2, metrics: [0, 3] }
  const frames = [14, 3]

  test('come back to 1e-5 of the range of their clip and metric, gaps as gaps', () => {
    const value = fc.oneof(
      { weight: 9, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
      fc.constant(Number.NaN),
    )
    const drawn = fc.tuple(
      ...frames.map((count) =>
        fc.array(fc.array(value, { minLength: count, maxLength: count }), { minLength: 4, maxLength: 4 }),
      ),
    )
    fc.assert(
      fc.property(drawn, (byClip) => {
        const curve = (metric: number, method: number, clip: number) => byClip[clip][(metric === 3 ? 2 : 0) + method]
        const none = { failures: [[], []], hashes: () => ({ generated: '', reference: '' }) }
        const shard = decodeCurves({ head: curves, bytes: encodeCurves({ frames, curve, ...none }, curves) })
        for (const metric of [0, 3])
          for (const clip of [0, 1]) {
            const all = [0, 1].flatMap((method) => curve(metric, method, clip).filter(Number.isFinite))
            const range = all.length === 0 ? 0 : Math.max(...all) - Math.min(...all)
            for (const method of [0, 1])
              for (const [frame, expected] of curve(metric, method, clip).entries())
                expect(off(shard.curve(metric, method, 64 + clip)![frame], expected)).toBeLessThanOrEqual(
                  1e-5 * range + 1e-15,
                )
          }
        expect(shard.curve(1, 0, 64)).toBeNull()
        expect([shard.frames(64), shard.frames(65)]).toEqual(frames)
      }),
    )
  })

  test('bring failures, and the beginnings of both sides’ hashes', () => {
    const bytes = encodeCurves(
      {
        frames,
        curve: () => null,
        failures: [
          [{ method: 1, reason: 'truncated', message: 'expected 14 frames, found 9' }],
          [{ method: 0, reason: 'x', message: 'y', sample: '3' }],
        ],
        hashes: (method, clip) =>
          clip === 1 ? { generated: '', reference: '' } : { generated: sha(`${method + 1}`), reference: sha('f') },
      },
      curves,
    )
    const shard = decodeCurves({ head: curves, bytes })
    expect(shard.failures(64)).toEqual([
      { method: 1, reason: 'truncated', message: 'expected 14 frames, found 9', sample: undefined },
    ])
    expect(shard.failures(65)).toEqual([{ method: 0, reason: 'x', message: 'y', sample: '3' }])
    expect(shard.hashes(1, 64)).toEqual({ generated: '2222222222222222', reference: 'ffffffffffffffff' })
    expect(shard.hashes(1, 65)).toEqual({ generated: '', reference: '' })
    expect([...shard.curve(0, 0, 64)!].every(Number.isNaN)).toBe(true)
  })
})

describe('the list of clips', () => {
  const media = {
    base: '',
    clips: 1,
    why: '',
    thumb: [96, 64] as [number, number],
    sets: [
      {
        files: [
          { side: 0, type: 'mp4' as const, facts: { width: 384, height: 256, times: { frames: 14, fps: 7 } } },
          { side: 3, type: 'webm' as const, facts: null },
        ],
        thumb: [0, 3],
        tracks: [],
      },
    ],
  }
  const said: ProtocolHead = {
    ...head,
    title: 'T',
    clips: 2,
    frames: 14,
    excludedFrames: [0],
    size: [256, 384],
    methods: ['seer', 'interdyn'].map(methodOf),
    metrics: [],
    probes: [],
    samples: [],
    media,
  }
  const clips = {
    ids: ['17', 'ä/b'],
    classes: ['Pushing'],
    classOf: Int32Array.of(0, -1),
    labels: ['Pushing a cup', ''],
    objects: [],
    mediaOf: Int32Array.of(-1, 0),
    slugs: new Map([[1, 'a-b']]),
  }

  test('comes back', () => {
    expect(decodeProtocol({ head: said, bytes: encodeProtocol(clips) })).toEqual({ head: said, ...clips })
    const told = { ...clips, objects: ['cup, hand', 'Pushing a cup'] }
    expect(decodeProtocol({ head: said, bytes: encodeProtocol(told) })).toEqual({ head: said, ...told })
  })

  test('says where media lie, and null where none are published', () => {
    const protocol = decodeProtocol({ head: said, bytes: encodeProtocol(clips) })
    expect(mediaFolder(protocol, 1)).toBe('media/a-b/')
    expect([0, 1, 2, 3].map((side) => videoAddress(protocol, 1, side))).toEqual([
      'media/a-b/reference.mp4',
      null,
      null,
      'media/a-b/interdyn.webm',
    ])
    expect(videoAddress(protocol, 0, 0)).toBeNull()
    expect(thumbAddress(protocol, 1, 3)).toEqual({ src: 'media/a-b/thumb.webp', place: 1 })
    expect(thumbAddress(protocol, 1, 2)).toBeNull()
  })
})

test('tracks come back to a sixteenth of a pixel', () => {
  const point = fc.tuple(fc.float({ min: -100, max: 2000, noNaN: true }), fc.boolean())
  fc.assert(
    fc.property(fc.array(point, { minLength: 12, maxLength: 12 }), (drawn) => {
      const xy = Float32Array.from(drawn.map(([x]) => x))
      const visible = Uint8Array.from(drawn.slice(0, 6).map(([, seen]) => Number(seen)))
      const sides = [{ side: 2, width: 384, height: 256, points: 2, frames: 3, xy, visible }]
      const [read] = decodeTracks({ head: { ...head, clip: '1' }, bytes: encodeTracks(sides) })
      expect(read.visible).toEqual(visible)
      for (const [at, x] of xy.entries()) expect(Math.abs(read.xy[at] - x)).toBeLessThanOrEqual(1 / 16)
    }),
  )
})

test('shards hold 256 and 64 clips', () => {
  expect([valuesName(255), valuesName(256), curvesName(63), curvesName(64)]).toEqual([
    'values-0',
    'values-1',
    'curves-0',
    'curves-1',
  ])
  expect(shardStarts(600, 256)).toEqual([0, 256, 512])
})
