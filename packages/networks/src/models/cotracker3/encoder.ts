import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import { cotracker3 } from './model.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import { upsampledConvolution } from './upsampled-convolution.ts'

// The features of CoTracker3: BasicEncoder, unit length over channels, and a pyramid of four levels.

/**
 * The graph from uint8 frames to the feature pyramid.
 *
 * Input `frames` `[B, H, W, 3]` uint8 of any size; outputs `level0` … `level3` `[B, h, w, 128]` with h × w 96×128, 48×64,
 * 24×32 and 12×16. Channels come last because every reader takes whole feature vectors at pixels of its own choice.
 */
export function encoderGraph(checkpoint: Checkpoint): GraphModel {
  const graph = new GraphBuilder('cotracker3-encoder')
  const frames = graph.input('frames', 'uint8', ['batch', 'height', 'width', 3])
  const features = basicEncoder(graph, checkpoint, modelFrames(graph, frames))
  const last = graph.node('Transpose', [features], { perm: [0, 2, 3, 1] })
  const unit = unitLength(graph, last)
  graph.output(unit, 'level0', 'float32', ['batch', 'height0', 'width0', cotracker3.channels])
  let map = graph.node('Transpose', [unit], { perm: [0, 3, 1, 2] })
  for (let level = 1; level < cotracker3.levels; level++) {
    map = graph.node('AveragePool', [map], { kernel_shape: [2, 2], strides: [2, 2] })
    const shape = ['batch', `height${level}`, `width${level}`, cotracker3.channels]
    graph.output(graph.node('Transpose', [map], { perm: [0, 2, 3, 1] }), `level${level}`, 'float32', shape)
  }
  return graph.build()
}

/** `[B, H, W, 3]` 0..255 to `[B, 3, 384, 512]` −1..1, corners aligned. */
function modelFrames(graph: GraphBuilder, frames: Value): Value {
  const planes = graph.node('Transpose', [graph.node('Cast', [frames], { to: 1 })], { perm: [0, 3, 1, 2] })
  const batch = graph.node('Shape', [planes], { start: 0, end: 2 })
  const sizes = graph.node('Concat', [batch, graph.ints([cotracker3.height, cotracker3.width])], { axis: 0 })
  const resized = graph.node('Resize', [planes, undefined, undefined, sizes], {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  })
  return graph.node('Sub', [graph.node('Mul', [resized, graph.scalar(2 / 255)]), graph.scalar(1)])
}

/** `[B, 3, 384, 512]` to `[B, 128, 96, 128]`. */
function basicEncoder(graph: GraphBuilder, checkpoint: Checkpoint, frames: Value): Value {
  const convolve = (x: Value, name: string, kernel: number, stride: number): Value =>
    graph.node(
      'Conv',
      [x, ...['weight', 'bias'].map((part) => graph.weight(findTensor(checkpoint, `fnet.${name}.${part}`)))],
      { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: Array<number>(4).fill(kernel >> 1) },
    )
  const relu = (x: Value): Value => graph.node('Relu', [x])
  const block = (x: Value, name: string, width: number, stride: number): Value => {
    let y = relu(instanceNorm(graph, convolve(x, `${name}.conv1`, 3, stride), width))
    y = relu(instanceNorm(graph, convolve(y, `${name}.conv2`, 3, 1), width))
    const skip = stride === 1 ? x : instanceNorm(graph, convolve(x, `${name}.downsample.0`, 1, stride), width)
    return relu(graph.node('Add', [skip, y]))
  }
  const stage = (x: Value, name: string, width: number, stride: number): Value =>
    block(block(x, `${name}.0`, width, stride), `${name}.1`, width, 1)

  const stem = relu(instanceNorm(graph, convolve(frames, 'conv1', 7, 2), 64))
  const a = stage(stem, 'layer1', 64, 1) // 192×256
  const b = stage(a, 'layer2', 96, 2) // 96×128
  const c = stage(b, 'layer3', 128, 2) // 48×64
  const d = stage(c, 'layer4', 128, 2) // 24×32
  // A convolution of a concatenation is the sum of convolutions of its parts, which saves the copy and keeps each part's
  // weights in the cache: 10 % of the encoder's largest layer.
  const weight = findTensor(checkpoint, 'fnet.conv2.weight')
  const parts = graph.nodes('Split', [graph.weight(weight), graph.ints([64, 96, 128, 128])], 4, { axis: 1 })
  const bias = graph.weight(findTensor(checkpoint, 'fnet.conv2.bias'))
  const size = { height: cotracker3.height / cotracker3.stride, width: cotracker3.width / cotracker3.stride }
  const convolvePart = (part: Value, i: number): Value =>
    graph.node('Conv', i === 0 ? [part, parts[i], bias] : [part, parts[i]], {
      kernel_shape: [3, 3],
      pads: [1, 1, 1, 1],
    })
  const fused = [
    convolvePart(resize(graph, a), 0),
    convolvePart(b, 1),
    convolvePart(resize(graph, c), 2),
    // The map that is resized fourfold is cheaper never resized: 10 % of the encoder's time. Twofold is not.
    upsampledConvolution(graph, d, parts[3], 256, { height: 24, width: 32 }, size),
  ].reduce((total, part) => graph.node('Add', [total, part]))
  return convolve(relu(instanceNorm(graph, fused, 256)), 'conv3', 1, 1)
}

/** Without parameters, ε = 1e-5, biased variance. */
function instanceNorm(graph: GraphBuilder, x: Value, width: number): Value {
  const scale = graph.constant(new Float32Array(width).fill(1), [width])
  const bias = graph.constant(new Float32Array(width), [width])
  return graph.node('InstanceNormalization', [x, scale, bias], { epsilon: { float: 1e-5 } })
}

/** Bilinear to a quarter of the model's frame, corners aligned. */
function resize(graph: GraphBuilder, x: Value): Value {
  const outer = graph.node('Shape', [x], { start: 0, end: 2 })
  const { height, width, stride } = cotracker3
  const sizes = graph.node('Concat', [outer, graph.ints([height / stride, width / stride])], { axis: 0 })
  return graph.node('Resize', [x, undefined, undefined, sizes], {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  })
}

/** f / √max(Σ f², 1e-12) over channels, which come last. */
function unitLength(graph: GraphBuilder, x: Value): Value {
  const squares = graph.node('ReduceSumSquare', [x, graph.ints([3])])
  return graph.node('Div', [x, graph.node('Sqrt', [graph.node('Max', [squares, graph.scalar(1e-12)])])])
}
