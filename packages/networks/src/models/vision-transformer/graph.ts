import type { Value } from '../../onnx/graph-builder.ts'
import { convolution } from '../../layers/convolution.ts'
import { add, type Layers, reshape, toArithmetic, toFloat32, transpose, weight, within } from '../../layers/layers.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import { type TransformerBlock, transformerBlock } from '../../layers/transformer-block.ts'

/** What a vision transformer of pictures is made of, and what its parts are called. */
export interface ImageTransformer extends TransformerBlock {
  readonly blocks: number
  /** Side of a patch in pixels. */
  readonly patch: number
  /** The convolution that makes a token of a patch. */
  readonly embedding: { readonly name: string; readonly bias: boolean }
  /** A norm before the blocks; none by default. */
  readonly normBefore?: string | undefined
  readonly block: (index: number) => string
  /** The norm after the blocks. */
  readonly normAfter: string
  /** The matrix that the row is multiplied by in the end, `[projection, width]` or `[width, projection]`; none by default. */
  readonly projection?: { readonly name: string; readonly layout: 'out-in' | 'in-out' } | undefined
}

/**
 * Pictures as tokens behind a class token through the blocks, to the class token's row (Dosovitskiy et al., An Image is Worth 16x16 Words,
 * ICLR 2021): DINO, DINOv2 and CLIP's towers. Columns and rows of pixels that fill no patch are left out.
 * @param pixels float32 `[N, 3, H, W]`, normalised
 * @param positions `[1 + patches, width]` in the arithmetic's type: what is added to the class token and to every patch, row by row; the first
 * row with the class token in it
 * @returns float32 `[N, width]`, or `[N, projection]`
 */
export function imageTransformer(layers: Layers, net: ImageTransformer, pixels: Value, positions: Value): Value {
  const { width, blocks, epsilon } = net
  const tokens = add(layers, patchTokens(layers, net, pixels), positions) // [N, 1 + patches, width]
  const shape = layers.graph.node('Shape', [tokens])
  let rows = reshape(layers, tokens, [-1, width])
  if (net.normBefore !== undefined) rows = layerNorm(layers, rows, net.normBefore, epsilon)
  for (let index = 0; index < blocks; index++)
    rows = transformerBlock(
      within(layers, net.block(index)),
      rows,
      // Nothing reads the patches behind the last block.
      { ...net, firstOnly: index === blocks - 1 },
      shape,
    )
  return toFloat32(layers, projected(layers, net, layerNorm(layers, rows, net.normAfter, epsilon)))
}

/** A token a patch behind a row of zeros, `[N, 1 + patches, width]`. */
function patchTokens(layers: Layers, { embedding, patch, width }: ImageTransformer, pixels: Value): Value {
  const how = { stride: patch, pads: [0, 0, 0, 0], bias: embedding.bias }
  const maps = convolution(layers, toArithmetic(layers, pixels), embedding.name, how) // [N, width, rows, columns]
  const patches = transpose(layers, reshape(layers, maps, [0, width, -1]), [0, 2, 1])
  return layers.graph.node('Pad', [patches, layers.graph.ints([0, 1, 0, 0, 0, 0])])
}

/** The positions of a network that looks at pictures of one size alone, from its own tensors. @returns as `imageTransformer` takes them */
export function fixedPositions(layers: Layers, classToken: string, positions: string, width: number): Value {
  const { graph } = layers
  const table = weight(layers, positions)
  const rest = graph.node('Sub', [graph.node('Shape', [table]), graph.ints([1, 0])])
  const zeros = graph.node('ConstantOfShape', [rest])
  const token = weight(layers, classToken, [1, width])
  return add(layers, table, graph.node('Concat', [token, toArithmetic(layers, zeros)], { axis: 0 }))
}

function projected(layers: Layers, { projection }: ImageTransformer, row: Value): Value {
  if (projection === undefined) return row
  const transB = projection.layout === 'out-in' ? 1 : 0
  const matrix = weight(layers, projection.name)
  return layers.graph.node('Gemm', [row, matrix], { transB }, { name: projection.name })
}
