import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts'

export interface UpdateValues {
  /** `[S, T, 4, h, w]`. */
  readonly latents: Value
  /** v without and with the condition, as the latents. */
  readonly unguided: Value
  readonly guided: Value
  /** A number a frame, `[T, 1, 1, 1]`. */
  readonly guidance: Value
  /** `[]`, above 0. */
  readonly sigma: Value
  /** `[]`. */
  readonly next: Value
}

/**
 * Guidance frame by frame, v = v_u + g (v_c − v_u), and Euler's step of a v-prediction (Karras et al. 2022; Salimans & Ho 2022):
 * x₀ = x / (σ² + 1) − v σ / √(σ² + 1), x + (x − x₀) / σ · (σ′ − σ). Float32, whatever the networks compute in.
 */
export function eulerUpdate(graph: GraphBuilder, values: UpdateValues): Value {
  const { latents, unguided, guided, guidance, sigma, next } = values
  const node = (operator: string, ...inputs: Value[]): Value => graph.node(operator, inputs)
  const v = node('Add', unguided, node('Mul', guidance, node('Sub', guided, unguided)))
  const variance = node('Add', node('Mul', sigma, sigma), graph.scalar(1))
  const clean = node('Sub', node('Div', latents, variance), node('Mul', v, node('Div', sigma, node('Sqrt', variance))))
  const slope = node('Div', node('Sub', latents, clean), sigma)
  return node('Add', latents, node('Mul', slope, node('Sub', next, sigma)))
}
