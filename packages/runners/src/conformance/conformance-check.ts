import type { Manifest } from '@kinemetric/benchmark'
import type { Method } from '../methods/find-method.ts'
import type { RunOptions, RunResult } from '../run/run-method.ts'

/** What a check found: it holds, it does not, or there is nothing to be asked of this method; and in words, what was seen. */
export interface Verdict {
  readonly verdict: 'pass' | 'fail' | 'skip'
  readonly said: string
}

/** A run of the method under test. */
export interface TestedRun {
  readonly out: string
  readonly result: RunResult
}

/** What a check works with. */
export interface Tested {
  readonly method: Method
  /** Two clips that it says it can do. */
  readonly manifest: Manifest
  /** Runs it into a folder of that name; what it writes elsewhere is noted. */
  run(name: string, change?: Partial<Pick<RunOptions, 'manifest' | 'samples' | 'pairs'>>): Promise<TestedRun>
  /** How it is run, for a check that does so by itself. */
  optionsFor(name: string): RunOptions
  /** Clips of another shape. */
  clipsOf(name: string, size: readonly [number, number], frames: number): Promise<Manifest>
  /** Paths outside of its folder that a run has written. */
  readonly strays: Set<string>
}

/** One thing that holds for every method. */
export interface ConformanceCheck {
  readonly id: string
  /** What holds, as a sentence. */
  readonly title: string
  readonly check: (tested: Tested) => Promise<Verdict>
}

export function pass(said = ''): Verdict {
  return { verdict: 'pass', said }
}

export function fail(said: string): Verdict {
  return { verdict: 'fail', said }
}

export function skip(said: string): Verdict {
  return { verdict: 'skip', said }
}
