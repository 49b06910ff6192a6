import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts'
import { halfLinear, linear } from './linear.ts'
import { cotracker3 } from './model.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'

const { hidden, heads } = cotracker3

/** The attention blocks of EfficientUpdateFormer, on `[batch, sequence, 384]`. */
export class Transformer {
  readonly #graph: GraphBuilder
  readonly #checkpoint: Checkpoint
  readonly #ones: Value

  constructor(graph: GraphBuilder, checkpoint: Checkpoint) {
    this.#graph = graph
    this.#checkpoint = checkpoint
    this.#ones = graph.constant(new Float32Array(hidden).fill(1), [hidden])
  }

  /** AttnBlock: x += Attn(LN(x)); x += MLP(LN(x)). */
  attend(name: string, x: Value): Value {
    const normed = this.#normalise(x)
    return this.#finish(name, x, this.#attention(`${name}.attn`, normed, normed))
  }

  /** CrossAttnBlock: the same with keys and values of `context`, whose norm has parameters and another ε. */
  attendTo(name: string, x: Value, context: Value): Value {
    const graph = this.#graph
    const [scale, bias] = ['weight', 'bias'].map((part) =>
      graph.weight(findTensor(this.#checkpoint, `${name}.norm_context.${part}`)),
    )
    const normed = graph.node('LayerNormalization', [context, scale, bias], { axis: -1, epsilon: { float: 1e-5 } })
    return this.#finish(name, x, this.#attention(`${name}.cross_attn`, this.#normalise(x), normed))
  }

  #normalise(x: Value): Value {
    return this.#graph.node('LayerNormalization', [x, this.#ones], { axis: -1, epsilon: { float: 1e-6 } })
  }

  /** Eight heads of 48; scores are scaled by 48^−½. */
  #attention(name: string, x: Value, context: Value): Value {
    const rows = this.#rows(x)
    const contextRows = x === context ? rows : this.#rows(context)
    const q = this.#shaped(linear(this.#graph, this.#checkpoint, `${name}.to_q`, rows), x)
    const k = this.#shaped(halfLinear(this.#graph, this.#checkpoint, `${name}.to_kv`, contextRows, 0), context)
    const v = this.#shaped(halfLinear(this.#graph, this.#checkpoint, `${name}.to_kv`, contextRows, 1), context)
    const attended = this.#mix(q, k, v, x)
    return this.#shaped(linear(this.#graph, this.#checkpoint, `${name}.to_out`, this.#rows(attended)), x)
  }

  /**
   * Σ softmax(q kᵀ / √48) v of each head. Spelled out, because onnxruntime's fused operator is no faster on the CPU (measured:
   * the same) and, in version 1.30, wrong on WebGPU for 64 queries of 64 keys.
   */
  #mix(q: Value, k: Value, v: Value, like: Value): Value {
    const graph = this.#graph
    const split = (x: Value, perm: number[]): Value =>
      graph.node('Transpose', [graph.node('Reshape', [x, graph.ints([0, 0, heads, hidden / heads])])], { perm })
    const scores = graph.node('MatMul', [split(q, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])])
    const scaled = graph.node('Mul', [scores, graph.scalar((hidden / heads) ** -0.5)])
    const mixed = graph.node('MatMul', [graph.node('Softmax', [scaled], { axis: -1 }), split(v, [0, 2, 1, 3])])
    return this.#shaped(graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), like)
  }

  #finish(name: string, x: Value, attended: Value): Value {
    const graph = this.#graph
    const y = graph.node('Add', [x, attended])
    const inner = linear(graph, this.#checkpoint, `${name}.mlp.fc1`, this.#rows(this.#normalise(y)))
    const gelu = graph.node('Gelu', [inner], { approximate: 'tanh' })
    return graph.node('Add', [y, this.#shaped(linear(graph, this.#checkpoint, `${name}.mlp.fc2`, gelu), y)])
  }

  #rows(x: Value): Value {
    return this.#graph.node('Reshape', [x, this.#graph.ints([-1, hidden])])
  }

  #shaped(rows: Value, like: Value): Value {
    return this.#graph.node('Reshape', [rows, this.#graph.node('Shape', [like])])
  }
}
