import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import { linear } from './linear.ts'
import { cotracker3 } from './model.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import { Transformer } from './transformer.ts'

// One refinement of all tracks: tokens, EfficientUpdateFormer, and its changes added to the state.

/**
 * Inputs `correlations` `[N, T, 1024]`, `coordinates` `[N, T, 2]` in features of level 0, `visibility` and `confidence`
 * `[N, T]` as logits, `time` `[T, 1110]` the time embedding; outputs `coordinates`, `visibility`, `confidence` of the same
 * shapes, refined, under the names with `Next` appended.
 */
export function updateGraph(checkpoint: Checkpoint): GraphModel {
  const graph = new GraphBuilder('cotracker3-update')
  const correlations = graph.input('correlations', 'float32', ['points', 'frames', 1024])
  const coordinates = graph.input('coordinates', 'float32', ['points', 'frames', 2])
  const visibility = graph.input('visibility', 'float32', ['points', 'frames'])
  const confidence = graph.input('confidence', 'float32', ['points', 'frames'])
  const time = graph.input('time', 'float32', ['frames', cotracker3.token])

  const last = graph.ints([2])
  const logits = [visibility, confidence].map((x) => graph.node('Unsqueeze', [x, last]))
  const token = graph.node('Concat', [...logits, correlations, motionEncoding(graph, coordinates)], { axis: 2 })
  const change = updateFormer(graph, checkpoint, graph.node('Add', [token, time])) // [N, T, 4]
  const [flow, vis, conf] = graph.nodes('Split', [change, graph.ints([2, 1, 1])], 3, { axis: 2 })
  const output = (name: string, before: Value, difference: Value, shape: (string | number)[]): void =>
    graph.output(graph.node('Add', [before, difference]), `${name}Next`, 'float32', shape)
  output('coordinates', coordinates, flow, ['points', 'frames', 2])
  output('visibility', visibility, graph.node('Squeeze', [vis, last]), ['points', 'frames'])
  output('confidence', confidence, graph.node('Squeeze', [conf, last]), ['points', 'frames'])
  return graph.build()
}

/**
 * The displacements to the next and from the previous frame (0 at the ends) as shares of the feature map, followed by the
 * sines and cosines of ten octaves of them.
 * @param coordinates `[N, T, 2]`
 * @returns `[N, T, 84]`
 */
export function motionEncoding(graph: GraphBuilder, coordinates: Value): Value {
  const { height, width, stride } = cotracker3
  const frames = graph.ints([1])
  const slice = (start: number, end: number): Value =>
    graph.node('Slice', [coordinates, graph.ints([start]), graph.ints([end]), frames])
  const size = graph.constant(Float32Array.of(width / stride, height / stride), [1, 1, 2])
  const step = graph.node('Div', [graph.node('Sub', [slice(1, END), slice(0, -1)]), size]) // c_{t+1} − c_t
  const pad = (x: Value, before: number, after: number): Value =>
    graph.node('Pad', [x, graph.ints([0, before, 0, 0, after, 0])])
  const motion = graph.node('Concat', [pad(graph.node('Neg', [step]), 0, 1), pad(step, 1, 0)], { axis: 2 })
  const octaves = Float32Array.from({ length: 10 }, (_, k) => 2 ** k)
  const scaled = graph.node('Mul', [
    graph.node('Unsqueeze', [motion, graph.ints([2])]),
    graph.constant(octaves, [1, 1, 10, 1]),
  ]) // [N, T, 10, 4]
  const flat = graph.node('Reshape', [scaled, graph.ints([0, 0, 40])])
  const quarter = graph.node('Add', [flat, graph.scalar(Math.PI / 2)])
  return graph.node('Concat', [motion, graph.node('Sin', [flat]), graph.node('Sin', [quarter])], { axis: 2 })
}

const END = Number.MAX_SAFE_INTEGER

/**
 * EfficientUpdateFormer: attention over time within each track, then over tracks within each frame by way of 64 virtual
 * tracks.
 * @param tokens `[N, T, 1110]`
 * @returns `[N, T, 4]`: changes of x, y, visibility and confidence
 */
function updateFormer(graph: GraphBuilder, checkpoint: Checkpoint, tokens: Value): Value {
  const { hidden, virtualTracks, token, blocks } = cotracker3
  const shape = graph.node('Shape', [tokens], { start: 0, end: 2 })
  const [count, length] = graph.nodes('Split', [shape], 2, { axis: 0, num_outputs: 2 })
  const dims = (...parts: (Value | number)[]): Value =>
    graph.node(
      'Concat',
      parts.map((part) => (typeof part === 'number' ? graph.ints([part]) : part)),
      { axis: 0 },
    )
  const layers = new Transformer(graph, checkpoint)

  const flat = graph.node('Reshape', [tokens, graph.ints([-1, token])])
  const points = graph.node('Reshape', [
    linear(graph, checkpoint, 'updateformer.input_transform', flat),
    dims(count, length, hidden),
  ])
  const virtual = graph.node('Reshape', [
    graph.weight(findTensor(checkpoint, 'updateformer.virual_tracks')),
    graph.ints([virtualTracks, 1, hidden]),
  ])
  const repeated = graph.node('Expand', [virtual, dims(virtualTracks, length, hidden)])
  let tracks = graph.node('Concat', [points, repeated], { axis: 0 }) // [N + 64, T, 384]
  let frames = tracks
  for (let j = 0; j < blocks; j++) {
    const name = (kind: string): string => `updateformer.${kind}.${j}`
    tracks = layers.attend(name('time_blocks'), tracks)
    frames = graph.node('Transpose', [tracks], { perm: [1, 0, 2] }) // [T, N + 64, 384]
    let [point, hub] = graph.nodes('Split', [frames, dims(count, virtualTracks)], 2, { axis: 1 })
    hub = layers.attendTo(name('space_virtual2point_blocks'), hub, point)
    hub = layers.attend(name('space_virtual_blocks'), hub)
    point = layers.attendTo(name('space_point2virtual_blocks'), point, hub)
    frames = point
    // The last block's virtual tracks are not read by anyone.
    if (j < blocks - 1) {
      tracks = graph.node('Transpose', [graph.node('Concat', [point, hub], { axis: 1 })], { perm: [1, 0, 2] })
    }
  }
  const rows = graph.node('Reshape', [frames, graph.ints([-1, hidden])])
  const heads = ['flow_head', 'vis_conf_head'].map((name) => linear(graph, checkpoint, `updateformer.${name}`, rows))
  const change = graph.node('Reshape', [graph.node('Concat', heads, { axis: 1 }), dims(length, count, 4)])
  return graph.node('Transpose', [change], { perm: [1, 0, 2] })
}
