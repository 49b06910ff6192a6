import { describe, expect, test, vi } from 'vitest'
import { durationText, startProgress } from '../src/output/progress.ts'

/** What is told on stderr while clips are done, one every two seconds. */
function told(choice: Parameters<typeof startProgress>[1], updates: readonly [done: number, failed?: number][]) {
  const lines: string[] = []
  vi.useFakeTimers()
  const spied = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text).trimEnd())
    return true
  })
  try {
    const progress = startProgress('score', choice)
    for (const [done, failed] of updates) {
      progress.update(done, 200, `clip-${done}`, failed)
      vi.advanceTimersByTime(2000)
    }
    progress.stop()
  } finally {
    spied.mockRestore()
    vi.useRealTimers()
  }
  return lines
}

describe('progress where there is no terminal', () => {
  test('a line when a tenth more is done or a minute has passed, with rate, time left and failures', () => {
    const updates = Array.from({ length: 35 }, (_, i): [number, number] => [100 + i, i > 25 ? 1 : 0])
    const lines = told({}, updates)
    expect(lines[0]).toBe('score: 100/200 clip-100')
    expect(lines[1]).toBe('score: 120/200, 2 s each, 3 min left clip-120')
    expect(lines).toHaveLength(2)
    expect(told({}, [...updates, [200, 2]]).at(-1)).toMatch(/^score: 200\/200, 2 failed, 1\.43 a second clip-200$/)
  })

  test('json: a line of JSON a second, quiet or not', () => {
    const lines = told({ progress: 'json', quiet: true }, [[100], [101], [102, 1]]).map((line) => JSON.parse(line))
    expect(lines).toEqual([
      { progress: 'score', done: 100, total: 200, failed: 0, note: 'clip-100', perSecond: null, secondsLeft: null },
      { progress: 'score', done: 101, total: 200, failed: 0, note: 'clip-101', perSecond: 0.5, secondsLeft: 198 },
      { progress: 'score', done: 102, total: 200, failed: 1, note: 'clip-102', perSecond: 0.5, secondsLeft: 196 },
    ])
  })

  test('quiet: nothing', () => {
    expect(told({ quiet: true }, [[100], [200]])).toEqual([])
  })

  test.each([
    [0.4, '0 s'],
    [99, '99 s'],
    [100, '2 min'],
    [5941, '99 min'],
    [12_000, '3 h 20 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text)
  })
})
