import type { TensorValues } from '../src/checkpoints/tensors/tensor-values.ts'

/** 32-bit FNV-1a of a name's bytes (names here are ASCII). */
export function fnv1a32(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** The first `count` numbers in [-1, 1) that follow from a tensor's name: a linear congruential generator, seeded by its FNV-1a hash. */
export function formulaNumbers(name: string, count: number): Float64Array {
  const numbers = new Float64Array(count)
  let state = fnv1a32(name)
  for (let i = 0; i < count; i++) {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0
    numbers[i] = state / 2 ** 31 - 1
  }
  return numbers
}

/**
 * A tensor that follows from its name and shape alone: the same values on every machine and in every language, so
 * that a network's arithmetic can be checked without its real weights. (`time_emb` is not a formula: it is real.)
 */
export function formulaTensor(name: string, shape: readonly number[]): TensorValues {
  const r = formulaNumbers(
    name,
    shape.reduce((product, size) => product * size, 1),
  )
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1)
  const value = rule(name, shape.length, fanIn)
  return { shape, data: Float32Array.from(r, value) }
}

/** The tensors of every name and shape of a list (such as those in the shared folder's spec/tensors). */
export function formulaTensors(shapes: Readonly<Record<string, readonly number[]>>): Map<string, TensorValues> {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, formulaTensor(name, shape)]))
}

function rule(name: string, rank: number, fanIn: number): (r: number) => number {
  if (name.endsWith('running_var')) return (r) => 1 + 0.5 * r
  if (name.endsWith('running_mean')) return (r) => 0.05 * r
  // "virual" is how the checkpoint spells it.
  if (name.includes('virual_tracks')) return (r) => 0.5 * r
  if (rank >= 2) {
    const scale = Math.sqrt(6 / fanIn) * (/flow_head|vis_conf_head/.test(name) ? 0.05 : 1)
    return (r) => scale * r
  }
  if (name.endsWith('.weight')) return (r) => 1 + 0.1 * r
  return (r) => 0.05 * r
}
