import { join } from 'node:path'
import { canonicalJson, readJson, writeWhole } from '@kinemetric/files'
import { cacheFolder } from '@kinemetric/networks'
import { z } from 'zod'
import type { Settings } from '../generator/generator.ts'
import type { ClipWork } from '../latent/clip-work.ts'

const fileSchema = z.record(z.string(), z.number().positive())

/** What a rate belongs to: another method, device, number type or size of network has others. */
export interface StepKey {
  readonly method: string
  readonly device: string
  readonly dtype: string
  /** Numbers in the weights of the network of the steps: a small one that somebody tried says nothing of the released one. */
  readonly weights: number
}

/** The setting of that name. */
export function dtypeOf({ dtype }: Settings): string {
  return typeof dtype === 'string' ? dtype : 'float32'
}

export function stepKey(
  method: string,
  device: string,
  settings: Settings,
  { stepWeights }: Pick<ClipWork, 'stepWeights'>,
): StepKey {
  return { method, device, dtype: dtypeOf(settings), weights: stepWeights }
}

/** Floating-point operations a second of the last steps that were measured on this machine; undefined where none were. */
export async function lastMeasuredRate(key: StepKey): Promise<number | undefined> {
  const measured = await readMeasured()
  const name = nameOf(key)
  return Object.hasOwn(measured, name) ? measured[name] : undefined
}

/** Keeps it in the user's cache. Where that cannot be written nothing is kept: only a plan asks for it. */
export async function noteMeasuredRate(key: StepKey, operationsPerSecond: number): Promise<void> {
  const path = placeOf()
  if (path === undefined) return
  const measured = { ...(await readMeasured()), [nameOf(key)]: operationsPerSecond }
  await writeWhole(path, canonicalJson(measured), { durable: false }).catch(() => undefined)
}

/** Takes the times of a sampler's steps; the first, in which graphs are opened, does not count. */
export function stepClock(now = () => performance.now()): {
  tick(done: number): void
  /** Of a step on average; undefined where only one was seen. */
  seconds(): number | undefined
} {
  let first: { done: number; at: number } | undefined
  let last = { done: 0, at: 0 }
  return {
    tick: (done) => {
      last = { done, at: now() }
      first ??= last
    },
    seconds: () =>
      first === undefined || last.done === first.done
        ? undefined
        : (last.at - first.at) / 1000 / (last.done - first.done),
  }
}

function placeOf(): string | undefined {
  const cache = cacheFolder()
  return cache === undefined ? undefined : join(cache, 'measured-steps.json')
}

async function readMeasured(): Promise<z.infer<typeof fileSchema>> {
  const path = placeOf()
  return path === undefined ? {} : readJson(path, fileSchema).catch(() => ({}))
}

function nameOf({ method, device, dtype, weights }: StepKey): string {
  return `${method}/${device}/${dtype}/${weights}`
}
