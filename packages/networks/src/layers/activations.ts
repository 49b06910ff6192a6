import type { Value } from '../onnx/graph-builder.ts'
import type { Layers } from './layers.ts'

/** x·sigmoid(x). */
export function silu({ graph }: Layers, x: Value): Value {
  return graph.node('QuickGelu', [x], { alpha: { float: 1 } }, { domain: 'com.microsoft' })
}

/** x·sigmoid(1.702 x), as OpenAI's CLIP has it. */
export function quickGelu({ graph }: Layers, x: Value): Value {
  return graph.node('QuickGelu', [x], { alpha: { float: 1.702 } }, { domain: 'com.microsoft' })
}

/** x·Φ(x) by the error function. */
export function gelu({ graph }: Layers, x: Value): Value {
  return graph.node('Gelu', [x])
}
