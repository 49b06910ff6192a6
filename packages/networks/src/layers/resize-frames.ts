import type { Dimension, GraphBuilder, Value } from '../onnx/graph-builder.ts'
import {
  averagingMatrix,
  isLinearResize,
  linearTaps,
  transposed,
  type ResizeAxis,
  type ResizeKind,
} from './resize-taps.ts'
import type { HostTensor } from '../session/session.ts'

/** From [0, 255] to what a network expects: `(x − subtract) / divide`. */
export interface Normalisation {
  readonly subtract: number
  readonly divide: number
}

/** What a graph does to frames before its network sees them. */
export interface FrameResize {
  readonly kind: ResizeKind
  /** Output size. */
  readonly height: number
  readonly width: number
  readonly normalisation: Normalisation
}

/**
 * Frames of any size to planes of one size, in the graph. What depends on the frames' size (positions and weights) are
 * inputs of the graph, so that one session serves every size: `resizeFeeds` makes them.
 * Bilinear resizes gather two neighbours a sample; antialiased ones are two matrix products, rows first.
 * @param frames uint8 or float32 `[N, H, W, 3]` on the scale [0, 255]
 * @returns float32 `[N, 3, height, width]`, normalised
 */
export function resizeFrames(graph: GraphBuilder, frames: Value, resize: FrameResize): Value {
  const planes = isLinearResize(resize.kind) ? interpolated(graph, frames, resize) : averaged(graph, frames, resize)
  const centred = graph.node('Sub', [planes, graph.scalar(resize.normalisation.subtract)])
  return graph.node('Div', [centred, graph.scalar(resize.normalisation.divide)])
}

/** The inputs that `resizeFrames` adds to a graph, for frames of one size. */
export function resizeFeeds(kind: ResizeKind, rows: ResizeAxis, columns: ResizeAxis): Record<string, HostTensor> {
  if (isLinearResize(kind)) {
    const [r, c] = [linearTaps(kind, rows), linearTaps(kind, columns)]
    const [height, width] = [r.low.length, c.low.length]
    return {
      row_low: { type: 'int32', data: r.low, shape: [height] },
      row_high: { type: 'int32', data: r.high, shape: [height] },
      row_weight: { type: 'float32', data: r.weight, shape: [height, 1, 1] },
      column_low: { type: 'int32', data: c.low, shape: [width] },
      column_high: { type: 'int32', data: c.high, shape: [width] },
      // Once for each channel: broadcasting along an axis of three is slow.
      column_weight: {
        type: 'float32',
        data: Float32Array.from({ length: 3 * width }, (_, i) => c.weight[Math.floor(i / 3)]),
        shape: [width, 3],
      },
    }
  }
  const [r, c] = [averagingMatrix(kind, rows), averagingMatrix(kind, columns)]
  const [height, width] = [r.length / rows.input, c.length / columns.input]
  return {
    rows: { type: 'float32', data: r, shape: [height, rows.input] },
    columns: { type: 'float32', data: transposed(c, width, columns.input), shape: [columns.input, width] },
  }
}

function interpolated(graph: GraphBuilder, frames: Value, { height, width }: FrameResize): Value {
  const axis = (x: Value, name: string, axis: number, size: number, weightShape: readonly Dimension[]): Value => {
    // Gathered before the cast: bytes are a quarter of the memory traffic.
    const [low, high] = ['low', 'high'].map((side) => {
      const gathered = graph.node('Gather', [x, graph.input(`${name}_${side}`, 'int32', [size])], { axis })
      return graph.node('Cast', [gathered], { to: 1 })
    })
    const weight = graph.input(`${name}_weight`, 'float32', weightShape)
    return graph.node('Add', [low, graph.node('Mul', [graph.node('Sub', [high, low]), weight])])
  }
  const lines = axis(frames, 'row', 1, height, [height, 1, 1]) // [N, height, W, 3]
  const pixels = axis(lines, 'column', 2, width, [width, 3]) // [N, height, width, 3]
  return graph.node('Transpose', [pixels], { perm: [0, 3, 1, 2] })
}

function averaged(graph: GraphBuilder, frames: Value, { kind, height, width }: FrameResize): Value {
  const rows = graph.input('rows', 'float32', [height, 'height'])
  const columns = graph.input('columns', 'float32', ['width', width])
  const floats = graph.node('Cast', [frames], { to: 1 })
  const lines = graph.node('Reshape', [floats, graph.ints([0, 0, -1])]) // [N, H, W·3]
  const short = graph.node('MatMul', [rows, lines]) // [N, height, W·3]
  const pixels = graph.node('Reshape', [short, graph.ints([0, height, -1, 3])])
  const planes = graph.node('Transpose', [pixels], { perm: [0, 3, 1, 2] }) // [N, 3, height, W]
  const resized = graph.node('MatMul', [planes, columns]) // [N, 3, height, width]
  // A cubic overshoots; Pillow's caller (clean-fid) clips.
  return kind === 'pillow-bicubic' ? graph.node('Clip', [resized, graph.scalar(0), graph.scalar(255)]) : resized
}
