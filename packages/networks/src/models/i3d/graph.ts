import { findTensor } from '../../checkpoints/find-tensor.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { i3dLayers, samePadding, type I3dUnit, type PoolSize } from './layers.ts'
import { i3dNamings, i3dUnitNames, type I3dNaming } from './tensors.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import { resizeFrames } from '../../layers/resize-frames.ts'
import type { LinearResize } from '../../layers/resize-taps.ts'

const side = 224

/** Frames `[time, channels, side, side]`: time is the batch of two-dimensional layers. */
interface Maps {
  readonly value: Value
  readonly time: number
  readonly channels: number
  readonly side: number
}

/** What the graph is made for. */
export interface I3dGraphOptions {
  /** T, at least 9. */
  readonly frames: number
  readonly batchNormEpsilon: number
  /** `planes`: the graph starts at float32 `planes` `[T, 3, 224, 224]` in [−1, 1] instead of at frames. Default `frames`. */
  readonly input?: 'frames' | 'planes' | undefined
  /** How frames are resized. Default `half-pixel-bilinear`. */
  readonly resize?: LinearResize | undefined
}

/**
 * I3D for clips of a fixed number of frames: inputs `frames` (uint8 `[T, H, W, 3]`) and those of the resize;
 * output `logits` `[400]`, the mean over time.
 *
 * There is no three-dimensional convolution in it. Frames are the batch, and a kernel of three (seven) frames is a
 * two-dimensional one over the channels of three (seven) neighbouring frames laid side by side: onnxruntime's 2-D kernels
 * run at nearly the rate of its matrix products, its 3-D ones do not. The first and the last frame get kernels of their
 * own without the taps that would fall on padding.
 */
export function i3dGraph(checkpoint: Checkpoint, naming: I3dNaming, options: I3dGraphOptions): GraphModel {
  const graph = new GraphBuilder(`i3d-${options.frames}`)
  const planes =
    options.input === 'planes'
      ? graph.input('planes', 'float32', [options.frames, 3, side, side])
      : resized(graph, options)
  const weights = new I3dWeights(graph, checkpoint, naming, options.batchNormEpsilon)
  const maps = i3dLayers<Maps>(
    {
      unit(x, name, unit) {
        if (unit.size === 7) return stem(graph, x, weights.folded(name, unit), unit)
        return unit.size === 3
          ? threeFrames(graph, x, weights.folded(name, unit), unit)
          : pointwise(graph, x, weights.folded(name, unit), unit)
      },
      maxPool: (x, kernel, stride) => maxPool(graph, x, kernel, stride),
      concat: (parts) => ({
        ...parts[0],
        value: graph.node('Concat', parts.map((part) => part.value), { axis: 1 }), // prettier-ignore
        channels: parts.reduce((sum, part) => sum + part.channels, 0),
      }),
    },
    { value: planes, time: options.frames, channels: 3, side },
  )
  graph.output(logits(graph, maps, weights), 'logits', 'float32', [400])
  return graph.build()
}

function resized(graph: GraphBuilder, options: I3dGraphOptions): Value {
  const frames = graph.input('frames', 'uint8', [options.frames, 'height', 'width', 3])
  const kind = options.resize ?? 'half-pixel-bilinear'
  return resizeFrames(graph, frames, {
    kind,
    height: side,
    width: side,
    normalisation: { subtract: 127.5, divide: 127.5 },
  })
}

/** A unit's kernel and bias with the batch norm in them; onnxruntime computes them once, when the session is made. */
interface FoldedUnit {
  /** `[out, time, in, height, width]`: the taps of one frame lie together. */
  readonly kernel: Value
  readonly bias: Value
}

class I3dWeights {
  readonly #graph: GraphBuilder
  readonly #checkpoint: Checkpoint
  readonly #naming: I3dNaming
  readonly #epsilon: number

  constructor(graph: GraphBuilder, checkpoint: Checkpoint, naming: I3dNaming, epsilon: number) {
    this.#graph = graph
    this.#checkpoint = checkpoint
    this.#naming = naming
    this.#epsilon = epsilon
  }

  folded(name: string, { output }: I3dUnit): FoldedUnit {
    const graph = this.#graph
    const names = i3dUnitNames(name, this.#naming)
    const vector = (name: string): Value => graph.weight(findTensor(this.#checkpoint, name), { shape: [output] })
    // y = (Wx − mean)·s + shift with s = scale/√(variance + ε), that is W' = W·s and b' = shift − mean·s.
    const deviation = graph.node('Sqrt', [graph.node('Add', [vector(names.variance), graph.scalar(this.#epsilon)])])
    const scale = names.scale === undefined ? graph.scalar(1) : vector(names.scale)
    const s = graph.node('Div', [scale, deviation])
    const bias = graph.node('Sub', [vector(names.shift), graph.node('Mul', [vector(names.mean), s])])
    const perm = this.#naming === 'tensorflow' ? [4, 0, 3, 1, 2] : [0, 2, 1, 3, 4]
    const kernel = graph.node('Transpose', [graph.weight(findTensor(this.#checkpoint, names.kernel))], { perm })
    const s5 = graph.node('Reshape', [s, graph.ints([output, 1, 1, 1, 1])])
    return { kernel: graph.node('Mul', [kernel, s5]), bias }
  }

  /** `[1024, 400]` and `[400]`. */
  logits(): { kernel: Value; bias: Value } {
    const names = i3dNamings[this.#naming].logits
    const isTensorflow = this.#naming === 'tensorflow'
    const kernel = this.#graph.weight(findTensor(this.#checkpoint, names.kernel), {
      shape: isTensorflow ? [1024, 400] : [400, 1024],
    })
    return {
      kernel: isTensorflow ? kernel : this.#graph.node('Transpose', [kernel], { perm: [1, 0] }),
      bias: this.#graph.weight(findTensor(this.#checkpoint, names.bias)),
    }
  }
}

function pointwise(graph: GraphBuilder, x: Maps, { kernel, bias }: FoldedUnit, { input, output }: I3dUnit): Maps {
  const flat = graph.node('Reshape', [kernel, graph.ints([output, input, 1, 1])])
  return { ...x, channels: output, value: graph.node('Relu', [graph.node('Conv', [x.value, flat, bias])]) }
}

/** 7³ with stride 2: eight frames side by side (the eighth meets zeros), because the fast kernels want channels by fours. */
function stem(
  graph: GraphBuilder,
  x: Maps,
  { kernel, bias }: FoldedUnit,
  { input, output, size, stride }: I3dUnit,
): Maps {
  const time = samePadding(x.time, size, stride)
  const space = samePadding(x.side, size, stride)
  const taps = size + 1
  const padded = graph.node('Pad', [x.value, graph.ints([time.before, 0, 0, 0, time.after + 1, 0, 0, 0])])
  const windows = gatherFrames(graph, padded, time.length, taps, (o, tap) => o * stride + tap)
  const beside = graph.node('Reshape', [windows, graph.ints([time.length, taps * input, x.side, x.side])])
  const zeros = graph.constant(new Float32Array(output * input * size ** 2), [output, 1, input, size, size], 'zeros')
  const flat = graph.node('Reshape', [
    graph.node('Concat', [kernel, zeros], { axis: 1 }),
    graph.ints([output, taps * input, size, size]),
  ])
  const attributes = { strides: [stride, stride], pads: [space.before, space.before, space.after, space.after] }
  const value = graph.node('Relu', [graph.node('Conv', [beside, flat, bias], attributes)])
  return { value, time: time.length, channels: output, side: space.length }
}

/** 3³ with stride 1. */
function threeFrames(graph: GraphBuilder, x: Maps, { kernel, bias }: FoldedUnit, { input, output }: I3dUnit): Maps {
  /** Convolves `count` windows of frames laid side by side with the taps that they have. */
  const convolve = (windows: Value, count: number, firstTap: number, taps: number): Value => {
    const beside = graph.node('Reshape', [windows, graph.ints([count, taps * input, x.side, x.side])])
    const some = taps === 3 ? kernel : slice(graph, kernel, 1, firstTap, taps)
    const flat = graph.node('Reshape', [some, graph.ints([output, taps * input, 3, 3])])
    return graph.node('Relu', [graph.node('Conv', [beside, flat, bias], { pads: [1, 1, 1, 1] })])
  }
  const parts = [convolve(slice(graph, x.value, 0, 0, 2), 1, 1, 2)]
  if (x.time > 2)
    parts.push(
      convolve(
        gatherFrames(graph, x.value, x.time - 2, 3, (o, tap) => o + tap),
        x.time - 2,
        0,
        3,
      ),
    )
  parts.push(convolve(slice(graph, x.value, 0, x.time - 2, 2), 1, 0, 2))
  return { ...x, channels: output, value: graph.node('Concat', parts, { axis: 0 }) }
}

/** Padding never wins: every input of a pool is a ReLU's output, or the maximum of such. */
function maxPool(graph: GraphBuilder, x: Maps, kernel: PoolSize, stride: PoolSize): Maps {
  const time = samePadding(x.time, kernel.time, stride.time)
  const space = samePadding(x.side, kernel.side, stride.side)
  let value = x.value
  if (kernel.time > 1) {
    // A frame outside the clip is replaced by the nearest one, which is in the window anyway.
    const clamp = (frame: number): number => Math.min(x.time - 1, Math.max(0, frame))
    const taps = Array.from({ length: kernel.time }, (_, tap) => {
      const frames = Array.from({ length: time.length }, (_, o) => clamp(o * stride.time - time.before + tap))
      return graph.node('Gather', [value, graph.ints(frames)], { axis: 0 })
    })
    value = graph.node('Max', taps)
  }
  const pads = [space.before, space.before, space.after, space.after]
  value = graph.node('MaxPool', [value], {
    kernel_shape: [kernel.side, kernel.side],
    strides: [stride.side, stride.side],
    pads,
  })
  return { value, time: time.length, channels: x.channels, side: space.length }
}

/**
 * Mean over 2 frames × 7 × 7 pixels in every place, a linear layer, the mean over places: all linear, so the means come
 * first, as one weighted mean of the frames' means.
 */
function logits(graph: GraphBuilder, x: Maps, weights: I3dWeights): Value {
  const places = x.time - 1
  const share = Float32Array.from({ length: x.time }, (_, t) => (t === 0 || t === x.time - 1 ? 0.5 : 1) / places)
  const means = graph.node('Flatten', [graph.node('GlobalAveragePool', [x.value])]) // [time, 1024]
  const mean = graph.node('MatMul', [graph.constant(share, [1, x.time], 'share'), means]) // [1, 1024]
  const { kernel, bias } = weights.logits()
  const row = graph.node('Add', [graph.node('MatMul', [mean, kernel]), bias])
  return graph.node('Reshape', [row, graph.ints([400])])
}

/** `[count, taps, C, H, W]`: for every output frame the frames of its window. */
function gatherFrames(
  graph: GraphBuilder,
  x: Value,
  count: number,
  taps: number,
  frame: (o: number, tap: number) => number,
): Value {
  const indices = Array.from({ length: count * taps }, (_, i) => BigInt(frame(Math.floor(i / taps), i % taps)))
  return graph.node('Gather', [x, graph.constant(BigInt64Array.from(indices), [count, taps], 'frames_of_windows')], {
    axis: 0,
  })
}

function slice(graph: GraphBuilder, x: Value, axis: number, start: number, count: number): Value {
  return graph.node('Slice', [x, graph.ints([start]), graph.ints([start + count]), graph.ints([axis])])
}
