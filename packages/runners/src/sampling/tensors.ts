import { areFinite, type HeldLatents, type HostTensor, type LatentModel } from '@kinemetric/networks'
import { runnerError } from '../generator/runner-error.ts'

/** A tensor whose numbers are float32. */
export interface FloatTensor extends HostTensor {
  readonly type: 'float32'
  readonly data: Float32Array
}

/** A float32 tensor of that shape. */
export function floats(data: Float32Array, shape: readonly number[]): FloatTensor {
  return { type: 'float32', data, shape }
}

/** A float32 number as a tensor without axes. */
export function scalar(value: number): FloatTensor {
  return floats(Float32Array.of(value), [])
}

/**
 * The numbers of what a network gave.
 * @param what and when, for the message
 * @throws KinemetricError `not-finite` where one is NaN or infinite; TypeError for a tensor of another type
 */
export function finite({ type, data }: HostTensor, what: string): Float32Array {
  if (!(data instanceof Float32Array)) throw new TypeError(`expected float32 ${what}, found ${type}`)
  if (areFinite(data)) return data
  const then = 'dtype float32 computes in more range, if it was float16'
  const found = String(data.find((x) => !Number.isFinite(x)))
  throw runnerError('not-finite', '', { expected: `finite numbers in the ${what}`, found, then })
}

/**
 * Latents that a step left with the networks, after it was looked at whether their numbers are finite.
 * @throws KinemetricError `not-finite`
 */
export async function requireFinite(model: LatentModel, latents: HeldLatents, what: string): Promise<HeldLatents> {
  if (!latents.finite) finite(await model.readHeld(latents), what)
  return latents
}
