import type { GateCalibration } from '@kinemetric/records'
import { gateSchema } from '@kinemetric/records'
import { describe, expect, test } from 'vitest'
import { calibrateGate } from '../../src/gate/calibrate-gate.ts'
import { gateRecords, type GateOptions } from '../../src/gate/gate-records.ts'
import type { GateRecord } from '../../src/gate/open-gate-record.ts'
import { simulatedRecord, type SimulatedRun } from './simulated-record.ts'

const clips = 10

/** Values around a level, a little apart in each run. */
function run(shift: number, phase: number, more: Partial<SimulatedRun> = {}, count = clips): GateRecord {
  const values = Float64Array.from(
    { length: count },
    (_, i) => 0.3 + 0.05 * Math.sin(i) + shift + 0.002 * Math.cos(phase + 5 * i),
  )
  return simulatedRecord({ metrics: [{ metric: 'loss', better: 'lower', values }], ...more })
}

const margins = [{ metric: 'loss', value: 0.01 }]
const gate = (a: GateRecord, b: GateRecord, options: GateOptions = { margins }) => gateRecords(a, b, options)

test('what a gate says fits its schema', async () => {
  const found = await gate(run(0, 0), run(0.001, 1))
  expect(gateSchema.parse(found)).toEqual(found)
})

test.each([
  ['pass', 0.001, 10],
  ['fail', 0.03, 10],
  ['undecided', 0.0098, 10],
  ['cannot-tell', 0.03, 4],
  ['cannot-tell', 0.03, 1],
] as const)('%s: worse by %f on %i clips', async (verdict, worse, count) => {
  const found = await gate(run(0, 0, {}, count), run(worse, 1, {}, count))
  expect(found.verdict).toBe(verdict)
  expect(found.metrics[0]).toMatchObject({ verdict, clips: count, units: count, better: 'lower' })
  expect(found.passed).toBe(verdict === 'pass')
})

test('an undecided gate says how many clips would decide, and passes where it is told to', async () => {
  const [a, b] = [run(0, 0), run(0.0098, 1)]
  const found = await gate(a, b, { margins, undecided: 'pass' })
  expect(found).toMatchObject({ verdict: 'undecided', passed: true })
  expect(found.metrics[0].unitsToDecide).toBeGreaterThan(clips)
})

function rising(shift: number): Float64Array {
  return Float64Array.from({ length: clips }, (_, i) => i + shift)
}

function withGain(shift: number): GateRecord {
  return simulatedRecord({
    metrics: [
      { metric: 'loss', better: 'lower', values: rising(0) },
      { metric: 'gain', better: 'higher', values: rising(shift) },
    ],
  })
}

test('a metric without a margin decides nothing and shows what drifted', async () => {
  const { verdict, metrics } = await gate(withGain(0), withGain(-1))
  expect(verdict).toBe('pass')
  expect(metrics[1]).toMatchObject({
    metric: 'gain',
    margin: null,
    verdict: null,
    difference: -1,
    drift: { p: 2 ** -9, better: 0, worse: 10, quantiles: [-1, -1, -1, -1, -1, -1, -1] },
  })
})

test('windows of one video are one unit, and few videos cannot tell', async () => {
  const of = { unit: (clip: number) => `video-${clip % 4}` }
  const found = await gate(run(0, 0, of), run(0.03, 1, of))
  expect(found).toMatchObject({ verdict: 'cannot-tell', clips: { common: 10, units: 4 } })
})

test('a candidate that lost clips, or a value, fails and names them', async () => {
  const lost = await gate(run(0, 0), run(0, 1, {}, 9))
  expect(lost).toMatchObject({ verdict: 'fail', clips: { onlyBaseline: ['clip-0009'] } })
  expect(lost.metrics[0].reason).toMatch(/no value on 1 of 10 clips: clip-0009/)
  const [a, b] = [run(0, 0), run(0, 1)]
  const broken = { ...b, rows: b.rows.map((row) => (row.clip === 'clip-0003' ? { ...row, value: Number.NaN } : row)) }
  expect((await gate(a, broken)).metrics[0]).toMatchObject({ verdict: 'fail', lost: ['clip-0003'] })
})

test('a value of the candidate that is not finite is no loss, and is told', async () => {
  const [a, b] = [run(0, 0), run(0, 1)]
  const perfect = { ...b, rows: b.rows.map((row) => (row.clip === 'clip-0003' ? { ...row, value: Infinity } : row)) }
  const { verdict, metrics } = await gate(a, perfect)
  expect(verdict).toBe('pass')
  expect(metrics[0]).toMatchObject({ clips: 9, lost: [], notes: [expect.stringMatching(/1 left out: .*not finite/)] })
})

test('clips that the baseline lacks are left out and told', async () => {
  const { verdict, notes } = await gate(run(0, 0, {}, 9), run(0, 1))
  expect(verdict).toBe('pass')
  expect(notes.join()).toMatch(/the baseline lacks them: 1 clip \(clip-0009\)/)
})

describe('frames', () => {
  const same = { generated: (clip: number) => `frame-${clip}` }

  test('that are identical, with values that are, need no test on however few clips', async () => {
    const found = await gate(run(0, 0, same, 2), run(0, 0, same, 2))
    expect(found).toMatchObject({ verdict: 'pass', clips: { changedFrames: 0 } })
    expect(found.metrics[0]).toMatchObject({ test: 'identical', interval: null })
  })

  test('that are identical with other values tell of the measuring', async () => {
    const found = await gate(run(0, 0, same), run(0.03, 1, same))
    expect(found.verdict).toBe('fail')
    expect(found.metrics[0].notes.join()).toMatch(/of the measuring alone/)
  })

  test('that changed and cost no clip anything pass', async () => {
    const found = await gate(run(0, 0), run(0, 0))
    expect(found).toMatchObject({ verdict: 'pass', clips: { changedFrames: 10 } })
    expect(found.metrics[0].notes.join()).toMatch(/the value of no clip did/)
  })

  test('of a few clips that changed are counted', async () => {
    const some = { generated: (clip: number) => (clip < 3 ? `other-${clip}` : `frame-${clip}`) }
    expect((await gate(run(0, 0, same), run(0, 0, some))).clips.changedFrames).toBe(3)
  })
})

describe('refused', () => {
  test.each<[string, Partial<SimulatedRun> | ((record: GateRecord) => GateRecord), RegExp]>([
    [
      'another protocol',
      (own) => ({ ...own, record: { ...own.record, protocol: { ...own.record.protocol, digest: 'b'.repeat(64) } } }),
      /expected a candidate under the baseline's protocol/,
    ],
    [
      'other clips',
      { name: (clip) => `other-${clip}` },
      /expected clips that both records have, found none \(10 of the baseline, 10 of the candidate\)/,
    ],
    ['other references', { reference: (clip) => `elsewhere-${clip}` }, /other reference frames on 10 of 10 clips/],
    [
      'other seeds',
      { config: { seed: 2 } },
      /expected a candidate of the baseline's seeds, 1, found 2; .*--other-seeds/,
    ],
  ])('%s', async (_, change, message) => {
    const baseline = run(0, 0, { config: { seed: 1 } })
    const candidate =
      typeof change === 'function'
        ? change(run(0, 1, { config: { seed: 1 } }))
        : run(0, 1, { config: { seed: 1 }, ...change })
    await expect(gate(baseline, candidate)).rejects.toThrow(message)
  })

  test('neither margin nor rule: it says what to type', async () => {
    await expect(gate(run(0, 0), run(0, 1), {})).rejects.toMatchObject({
      code: 'no-margin',
      message: expect.stringMatching(/--margin loss=.*kinemetric gate calibrate/),
    })
  })

  test.each([
    [[{ metric: 'lost', value: 1 }], /did you mean loss\?/],
    [[margins[0], margins[0]], /expected one margin of loss, found two/],
  ])('the margins %o', async (wrong, message) => {
    await expect(gate(run(0, 0), run(0, 1), { margins: wrong })).rejects.toThrow(message)
  })
})

test('seeds that nobody says are told, and samples are not held against one sample', async () => {
  const [a, b] = [run(0, 0), run(0, 1)]
  expect((await gate(a, b)).notes).toEqual([expect.stringMatching(/do not say their seeds/)])
  const seeded = { config: { seed: 1 } }
  expect((await gate(run(0, 0, seeded), run(0, 1, seeded))).notes).toEqual([])
  const several = { ...b, record: { ...b.record, samples: { names: ['1', '2'], fewest: 2, most: 2 } } }
  await expect(gate(a, several)).rejects.toThrow(/seeds, one sample a clip, found 1, 2/)
})

test('with other seeds it compares where it is asked to, and says so', async () => {
  const found = await gate(run(0, 0, { config: { seed: 1 } }), run(0, 1, { config: { seed: 2 } }), {
    margins,
    otherSeeds: true,
  })
  expect(found.verdict).toBe('pass')
  expect(found.notes.join()).toMatch(/seeds may differ/)
  expect(found.changes).toContainEqual({ field: 'config.seed', a: '1', b: '2' })
})

test('a metric that the candidate lacks, or has under another signature, cannot tell and says what to do', async () => {
  const baseline = run(0, 0)
  const candidate = run(0, 1)
  const without = { ...candidate, record: { ...candidate.record, scores: [] } }
  expect((await gate(baseline, without)).metrics[0]).toMatchObject({
    verdict: 'cannot-tell',
    reason: expect.stringMatching(/no such score: score it with the same --metrics/),
  })
  const [score] = candidate.record.scores
  const other = {
    ...candidate,
    record: { ...candidate.record, scores: [{ ...score, signature: 'loss|recipe:own|v:2' }] },
  }
  const found = await gate(baseline, other)
  expect(found.verdict).toBe('cannot-tell')
  expect(found.metrics[0].reason).toMatch(/made otherwise \(signature loss\|recipe:own\|v:2\)/)
})

test('rules are asked of the values that the table shows', async () => {
  const options = { rules: ['loss < 0.5', 'loss < baseline.loss + 0.02', 'loss:own > 1'] }
  const { verdict, rules } = await gate(run(0, 0), run(0.01, 1), options)
  expect(verdict).toBe('fail')
  expect(rules.map(({ holds }) => holds)).toEqual([true, true, false])
})

function repeats(count: number, more: Partial<SimulatedRun> = {}): GateRecord[] {
  return Array.from({ length: count }, (_, at) => run(0.0005 * Math.sin(3 * at), at, more))
}

describe('calibration', () => {
  test('takes five repeats, and gives a gate its margin and what it was made with', async () => {
    const calibration = calibrateGate(repeats(5), { devices: ['cpu, X'], drivers: [] })
    expect(calibration).toMatchObject({
      repeats: 5,
      clips: 10,
      frames: { bitwise: false, changed: 10 },
      madeWith: { provider: 'cpu', devices: ['cpu, X'], drivers: [] },
      metrics: [{ metric: 'loss', bitwise: false, codecShift: null, units: 10 }],
    })
    const [{ margin, repeatabilityLimit, passShare }] = calibration.metrics
    expect(margin).toBe(repeatabilityLimit)
    expect(passShare).toBeGreaterThan(0)
    const found = await gate(run(0, 8), run(0.03, 9), { calibration })
    expect(found).toMatchObject({ verdict: 'fail', calibration: { repeats: 5, bitwise: false, differs: [] } })
    expect(found.metrics[0].margin).toEqual({ value: margin, own: null, repeatability: margin, codec: null })
  })

  test('the user’s own margin holds where it is larger', async () => {
    const calibration = calibrateGate(repeats(5))
    const found = await gate(run(0, 8), run(0.03, 9), { calibration, margins: [{ metric: 'loss', value: 0.5 }] })
    expect(found.metrics[0]).toMatchObject({ verdict: 'pass', margin: { value: 0.5, own: 0.5 }, wide: true })
  })

  test('of what a codec costs the upper end of its interval', () => {
    const codec = run(0.02, 3)
    const [{ codecShift, margin }] = calibrateGate(repeats(5), { codec }).metrics
    expect(codecShift).toBeGreaterThan(0.019)
    expect(margin).toBe(codecShift)
  })

  test('of a pipeline that repeats to the bit has no margin, and looks at frames', async () => {
    const same = { generated: (clip: number) => `frame-${clip}` }
    const exact = Array.from({ length: 5 }, () => run(0, 0, same))
    const calibration = calibrateGate(exact)
    expect(calibration).toMatchObject({
      frames: { bitwise: true, changed: 0 },
      metrics: [{ margin: 0, bitwise: true, passShare: null }],
    })
    expect((await gate(exact[0], run(0, 0, same), { calibration })).verdict).toBe('pass')
    const changed = await gate(exact[0], run(0, 1), { calibration })
    expect(changed.verdict).not.toBe('pass')
    expect(changed.notes.join()).toMatch(/does not on 10 of 10 clips: the change changes frames/)
    const better = await gate(exact[0], run(-0.03, 1), { calibration })
    expect(better.verdict).toBe('pass')
  })

  test.each<[string, () => GateRecord[], RegExp]>([
    [
      'the same record twice',
      () => {
        const all = repeats(5)
        return [...all, all[2]]
      },
      /is given twice: a record is no repeat of itself/,
    ],
    ['four repeats', () => repeats(4), /expected at least 5 repeats .*found 4/],
    [
      'a repeat of other seeds',
      () => [...repeats(5, { config: { seed: 1 } }), run(0, 1, { config: { seed: 2 } })],
      /with the seeds of/,
    ],
    [
      'a repeat of other clips',
      () => [...repeats(5), run(0, 1, { reference: (clip) => `x-${clip}` })],
      /other reference frames on 10 of 10 clips/,
    ],
  ])('%s are refused', (_, make, message) => {
    expect(() => calibrateGate(make())).toThrow(message)
  })

  test('of another protocol is refused, of another machine told', async () => {
    const calibration = calibrateGate(repeats(5))
    const elsewhere: GateCalibration = { ...calibration, protocol: { ...calibration.protocol, digest: 'c'.repeat(64) } }
    await expect(gate(run(0, 0), run(0, 1), { calibration: elsewhere })).rejects.toThrow(/expected a calibration under/)
    const { madeWith } = calibration
    const other: GateCalibration = {
      ...calibration,
      madeWith: { ...madeWith, machine: { ...madeWith.machine, cpu: 'y' } },
    }
    expect((await gate(run(0, 0), run(0, 1), { calibration: other })).calibration?.differs).toEqual([
      { field: 'machine.cpu', a: 'y', b: 'x' },
    ])
  })
})
