import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import { linear } from './linear.ts'
import { cotracker3 } from './model.ts'

// How alike the surroundings of a point are to the surroundings of its query, at four scales.
//
// A neighbourhood is 7 × 7 bilinear samples at whole offsets around a fractional centre, so all 49 samples share one
// fraction: they are blends of the 8 × 8 features around the centre. Since the blend is linear it is applied after the
// features have met those of the query, to numbers instead of vectors of 128.
//
// The first of a neighbourhood's two axes moves x and the second y, as the weights were trained with.

const SIDE = 2 * cotracker3.radius + 1
const PATCH = SIDE + 1

/**
 * The graph that samples each query's neighbourhood in its own frame, once a clip.
 *
 * Inputs `level0` … `level3` `[T, h, w, 128]`, `frames` int32 `[N]`, `points` `[N, 2]` x, y in features of level 0.
 * Outputs `support0` … `support3` `[N, 128, 49]`: feature vectors in columns, ready to be multiplied with.
 */
export function supportGraph(): GraphModel {
  const graph = new GraphBuilder('cotracker3-support')
  const levels = levelInputs(graph)
  const frames = graph.input('frames', 'int32', ['points'])
  const points = graph.input('points', 'float32', ['points', 2])
  for (const [level, map] of levels.entries()) {
    const { patch, blendX, blendY } = gatherPatches(graph, map, points, frames, level)
    // [N, 64, 128] to [N, 49, 128]: along y, then along x.
    const rows = graph.node('Reshape', [patch, graph.ints([-1, PATCH, PATCH, cotracker3.channels])])
    const alongY = graph.node('MatMul', [graph.node('Unsqueeze', [blendY, graph.ints([1])]), rows])
    const columns = graph.node('Reshape', [alongY, graph.ints([-1, PATCH, SIDE * cotracker3.channels])])
    const samples = graph.node('MatMul', [blendX, columns])
    const vectors = graph.node('Reshape', [samples, graph.ints([-1, cotracker3.support, cotracker3.channels])])
    graph.output(graph.node('Transpose', [vectors], { perm: [0, 2, 1] }), `support${level}`, 'float32', [
      'points',
      cotracker3.channels,
      cotracker3.support,
    ])
  }
  return graph.build()
}

/**
 * The graph that compares N points in all T frames.
 *
 * Inputs the levels, the supports, and `coordinates` `[N, T, 2]` x, y in features of level 0; output `correlations`
 * `[N, T, 1024]`.
 */
export function correlationGraph(checkpoint: Checkpoint): GraphModel {
  const graph = new GraphBuilder('cotracker3-correlation')
  const levels = levelInputs(graph)
  const supports = levels.map((_, level) =>
    graph.input(`support${level}`, 'float32', ['points', cotracker3.channels, cotracker3.support]),
  )
  const coordinates = graph.input('coordinates', 'float32', ['points', 'frames', 2])
  const shape = graph.node('Shape', [coordinates], { start: 0, end: 2 })
  const rows = graph.node('Reshape', [coordinates, graph.ints([-1, 2])]) // [N·T, 2]
  const frames = frameOfRow(graph, coordinates, shape)
  const embeddings = levels.map((map, level) => {
    const { patch, blendX, blendY } = gatherPatches(graph, map, rows, frames, level)
    const volume = correlate(graph, patch, supports[level], blendX, blendY, shape)
    const hidden = graph.node('Gelu', [linear(graph, checkpoint, 'corr_mlp.fc1', volume)])
    return linear(graph, checkpoint, 'corr_mlp.fc2', hidden)
  })
  const all = graph.node('Concat', embeddings, { axis: 1 }) // [N·T, 1024]
  const outer = graph.node('Concat', [shape, graph.ints([-1])], { axis: 0 })
  graph.output(graph.node('Reshape', [all, outer]), 'correlations', 'float32', ['points', 'frames', 1024])
  return graph.build()
}

function levelInputs(graph: GraphBuilder): Value[] {
  return Array.from({ length: cotracker3.levels }, (_, level) => {
    const [height, width] = levelSize(level)
    return graph.input(`level${level}`, 'float32', ['frames', height, width, cotracker3.channels])
  })
}

/** Features of a level: 96×128, 48×64, 24×32, 12×16. */
export function levelSize(level: number): [height: number, width: number] {
  const { height, width, stride } = cotracker3
  return [height / stride / 2 ** level, width / stride / 2 ** level]
}

/** int32 `[N·T]`: 0 … T−1, N times. */
function frameOfRow(graph: GraphBuilder, coordinates: Value, shape: Value): Value {
  const size = graph.node('Squeeze', [graph.node('Shape', [coordinates], { start: 1, end: 2 })])
  const length = graph.node('Cast', [size], { to: INT32 })
  const range = graph.node('Range', [
    graph.constant(Int32Array.of(0), []),
    length,
    graph.constant(Int32Array.of(1), []),
  ])
  return graph.node('Reshape', [graph.node('Expand', [range, shape]), graph.ints([-1])])
}

/** The 8 × 8 features around each point and the fractions that blend them. */
interface Patches {
  /** `[R, 64, 128]`: x is the slower axis */
  patch: Value
  /** `[R, 7, 8]` each: row j has the weights of features j and j + 1 */
  blendX: Value
  blendY: Value
}

/**
 * @param map `[T, h, w, 128]`
 * @param points `[R, 2]` in features of level 0
 * @param frames int32 `[R]`
 */
function gatherPatches(graph: GraphBuilder, map: Value, points: Value, frames: Value, level: number): Patches {
  const [height, width] = levelSize(level)
  const scaled = graph.node('Mul', [points, graph.scalar(1 / 2 ** level)])
  const floor = graph.node('Floor', [scaled])
  const fraction = graph.node('Sub', [scaled, floor]) // [R, 2]
  // Outside the map the nearest border feature stands: clamping the indices does that for every sample of the blend.
  const offsets = graph.constant(
    Float32Array.from({ length: PATCH }, (_, k) => k - cotracker3.radius),
    [1, 1, PATCH],
  )
  const spread = graph.node('Add', [graph.node('Unsqueeze', [floor, graph.ints([2])]), offsets]) // [R, 2, 8]
  const highest = graph.constant(Float32Array.of(width - 1, height - 1), [1, 2, 1])
  const inside = graph.node('Min', [graph.node('Max', [spread, graph.scalar(0)]), highest])
  const [x, y] = graph.nodes('Split', [graph.node('Cast', [inside], { to: INT32 })], 2, { axis: 1, num_outputs: 2 }) // [R, 1, 8]
  const perFrame = graph.node('Mul', [frames, graph.constant(Int32Array.of(height * width), [1])])
  const row = graph.node('Mul', [y, graph.constant(Int32Array.of(width), [1])])
  const start = graph.node('Add', [row, graph.node('Reshape', [perFrame, graph.ints([-1, 1, 1])])]) // [R, 1, 8]
  const index = graph.node('Add', [graph.node('Transpose', [x], { perm: [0, 2, 1] }), start]) // [R, 8 (x), 8 (y)]
  const features = graph.node('Reshape', [map, graph.ints([-1, cotracker3.channels])])
  const flat = graph.node('Reshape', [index, graph.ints([-1, PATCH * PATCH])])
  const [fractionX, fractionY] = graph.nodes('Split', [graph.node('Unsqueeze', [fraction, graph.ints([2])])], 2, {
    axis: 1,
    num_outputs: 2,
  }) // [R, 1, 1]
  return {
    patch: graph.node('Gather', [features, flat], { axis: 0 }),
    blendX: blend(graph, fractionX),
    blendY: blend(graph, fractionY),
  }
}

/** Indices are int32, which GPUs have, as ONNX numbers it. */
const INT32 = 6

/** `[R, 1, 1]` fractions to `[R, 7, 8]`: 1 − f on the diagonal, f to its right. */
function blend(graph: GraphBuilder, fraction: Value): Value {
  const here = new Float32Array(SIDE * PATCH)
  const difference = new Float32Array(SIDE * PATCH)
  for (let j = 0; j < SIDE; j++) {
    here[j * PATCH + j] = 1
    difference[j * PATCH + j] = -1
    difference[j * PATCH + j + 1] = 1
  }
  const slope = graph.node('Mul', [fraction, graph.constant(difference, [1, SIDE, PATCH])])
  return graph.node('Add', [slope, graph.constant(here, [1, SIDE, PATCH])])
}

/**
 * @param patch `[N·T, 64, 128]`
 * @param support `[N, 128, 49]`
 * @returns `[N·T, 2401]`: of each of the 7 × 7 samples (x slower), its products with the query's 49
 */
function correlate(
  graph: GraphBuilder,
  patch: Value,
  support: Value,
  blendX: Value,
  blendY: Value,
  shape: Value,
): Value {
  const { channels, support: samples } = cotracker3
  // One product a point: all its frames' patches against its support.
  const count = graph.node('Slice', [shape, graph.ints([0]), graph.ints([1])])
  const perPoint = graph.node('Concat', [count, graph.ints([-1, channels])], { axis: 0 })
  const products = graph.node('MatMul', [graph.node('Reshape', [patch, perPoint]), support]) // [N, T·64, 49]
  const rows = graph.node('Reshape', [products, graph.ints([-1, PATCH, PATCH * samples])]) // [N·T, 8 (x), 8 (y)·49]
  const alongX = graph.node('MatMul', [blendX, rows]) // [N·T, 7, 8·49]
  const columns = graph.node('Reshape', [alongX, graph.ints([-1, SIDE, PATCH, samples])])
  const alongY = graph.node('MatMul', [graph.node('Unsqueeze', [blendY, graph.ints([1])]), columns]) // [N·T, 7, 7, 49]
  return graph.node('Reshape', [alongY, graph.ints([-1, samples * samples])])
}
