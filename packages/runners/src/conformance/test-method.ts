import { dirname, join } from 'node:path'
import { isError, makeFolder } from '@kinemetric/files'
import { requireDevice } from '../generator/capabilities.ts'
import { settingsOf } from '../generator/settings.ts'
import { requireNative } from '../run/native-options.ts'
import { type RunOptions, runMethod } from '../run/run-method.ts'
import { claims, control, outside, reference, refusals } from './condition-checks.ts'
import type { ConformanceCheck, Tested, Verdict } from './conformance-check.ts'
import { isNoVerdict } from './interrupt.ts'
import { frames, order, resume, sameSeed, seeds } from './sample-checks.ts'
import { changesOf, snapshotOf } from './stray-files.ts'
import { makeTestClips, shapeOf } from './test-clips.ts'

/** Every check, in the order in which they are made: the first makes what others are held against, and the one of references removes them. */
const checks: readonly ConformanceCheck[] = [
  frames,
  sameSeed,
  order,
  seeds,
  resume,
  control,
  refusals,
  claims,
  reference,
  outside,
]

/** What one check found. */
export interface CheckResult extends Verdict {
  readonly id: string
  readonly title: string
}

export interface TestMethodOptions extends Omit<
  RunOptions,
  'manifest' | 'out' | 'samples' | 'takeLock' | 'onProgress'
> {
  /** An empty folder, which gets the clips and all that is made of them. */
  readonly folder: string
  readonly onCheck?: ((result: CheckResult) => void) | undefined
}

/**
 * The conformance test of a method, code of ours or a program: two clips that are made on the spot, small where it says that it can do any, and on them what
 * holds for every method, check by check. Where the first fails the others are not made.
 * @throws KinemetricError `bad-option` for a device, a setting or a checkpoint that the method does not have; of kind `missing` where its weights are not here, `stopped`, `disk`; `unfit-manifest` where no clip can be made that it takes
 */
export async function testMethod({ folder, onCheck, ...how }: TestMethodOptions): Promise<CheckResult[]> {
  const { method } = how
  // What was asked for is the caller's and no failure of the method.
  requireDevice(method.spec, how.device ?? 'cpu')
  settingsOf(method.spec, how.config, how.preset)
  await requireNative(method, how.native)
  const clipsOf = (name: string, size: readonly [number, number], count: number) =>
    makeTestClips(method.spec, join(folder, 'clips', name), { size, frames: count })
  const shape = shapeOf(method.spec)
  const manifest = await clipsOf('own', shape.size, shape.frames)
  const strays = new Set<string>()
  const optionsFor = (name: string): RunOptions => ({
    ...how,
    manifest,
    pairs: false,
    out: join(folder, 'runs', name),
  })
  const tested: Tested = {
    method,
    manifest,
    clipsOf,
    optionsFor,
    strays,
    run: async (name, change) => {
      const options = { ...optionsFor(name), ...change }
      await makeFolder(dirname(options.out))
      const watched = method.native === undefined ? [folder, method.folder] : [folder]
      const before = await Promise.all(watched.map((place) => snapshotOf(place, options.out)))
      try {
        return { out: options.out, result: await runMethod(options) }
      } finally {
        for (const [i, place] of watched.entries())
          for (const path of changesOf(before[i], await snapshotOf(place, options.out))) strays.add(path)
      }
    },
  }
  const results: CheckResult[] = []
  for (const { id, title, check } of checks) {
    how.signal?.throwIfAborted()
    const baseless = results[0]?.verdict === 'fail'
    const found: Verdict = baseless
      ? { verdict: 'skip', said: 'there are no frames to hold anything against' }
      : await check(tested).catch(asVerdict)
    const result = { id, title, ...found }
    results.push(result)
    onCheck?.(result)
  }
  return results
}

/** What breaks over a check is the method's failure, unless it says something of the machine. */
function asVerdict(error: unknown): Verdict {
  if (isNoVerdict(error) || !isError(error)) throw error
  const { lastLines } = error.details
  const last = Array.isArray(lastLines) && lastLines.length > 0 ? `; it said last: ${lastLines.join(' | ')}` : ''
  return { verdict: 'fail', said: `${error.message}${last}` }
}
