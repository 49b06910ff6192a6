import type { TensorValues } from '../src/checkpoints/tensors/tensor-values.ts'

/** 32-bit FNV-1a of a name's bytes (names here are ASCII). */
export function fnv1a32(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** The first `count` numbers in [-1, 1) that follow from a tensor's name: a linear congruential generator, seeded by its FNV-1a hash. */
export function formulaNumbers(name: string, count: number): Float64Array {
  return fill(new Float64Array(count), name, 1, 0)
}

/**
 * A tensor that follows from its name and shape alone: the same values on every machine and in every language, so
 * that a network's arithmetic can be checked without its real weights. (`time_emb` is not a formula: it is real.)
 */
export function formulaTensor(name: string, shape: readonly number[], rule: Rule = usualRule): TensorValues {
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1)
  const { scale, shift } = rule(name, shape.length, fanIn)
  const count = shape.reduce((product, size) => product * size, 1)
  return { shape, data: fill(new Float32Array(count), name, scale, shift) }
}

/** Every number r of a name as shift + scale · r: one plain loop, for networks have tens of millions of them. */
function fill<T extends Float32Array | Float64Array>(numbers: T, name: string, scale: number, shift: number): T {
  let state = fnv1a32(name)
  for (let i = 0; i < numbers.length; i++) {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0
    numbers[i] = shift + scale * (state / 2 ** 31 - 1)
  }
  return numbers
}

/** The tensors of every name and shape of a list (such as those in the shared folder's spec/tensors). */
export function formulaTensors(
  shapes: Readonly<Record<string, readonly number[]>>,
  rule: Rule = usualRule,
): Map<string, TensorValues> {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, formulaTensor(name, shape, rule)]))
}

/** What makes a weight of a number r in [-1, 1): shift + scale · r. */
type Rule = (name: string, rank: number, fanIn: number) => { scale: number; shift: number }

const addedToTokens =
  /(^|\.)(pos_embed|cls_token|query_tokens|class_embedding|positional_embedding|mask_tokens?|register_tokens)$/

/** That of vision transformers, whose tokens and positions are larger and whose LayerScale is near 1. */
export const transformerRule: Rule = (name, rank, fanIn) => {
  if (addedToTokens.test(name)) return { scale: 0.5, shift: 0 }
  if (/(^|\.)gamma$/.test(name)) return { scale: 0.1, shift: 1 }
  if (rank >= 2) return { scale: Math.sqrt(6 / fanIn), shift: 0 }
  return /(^|\.)weight$/.test(name) ? { scale: 0.1, shift: 1 } : { scale: 0.05, shift: 0 }
}

const usualRule: Rule = (name, rank, fanIn) => {
  if (name.endsWith('running_var')) return { scale: 0.5, shift: 1 }
  if (name.endsWith('running_mean')) return { scale: 0.05, shift: 0 }
  // "virual" is how the checkpoint spells it.
  if (name.includes('virual_tracks')) return { scale: 0.5, shift: 0 }
  if (rank >= 2) return { scale: Math.sqrt(6 / fanIn) * (/flow_head|vis_conf_head/.test(name) ? 0.05 : 1), shift: 0 }
  if (name.endsWith('.weight')) return { scale: 0.1, shift: 1 }
  return { scale: 0.05, shift: 0 }
}
