import type { Value } from '../../onnx/graph-builder.ts'
import { add, type Layers, multiply } from '../../layers/layers.ts'

// V-JEPA 2 turns q and k by where their token lies: a third of a head's numbers by its frame, a third by its row, a third by its column, each third cut to an even
// number of pairs; what is left over stays. Its code turns neighbours as pairs and lays the frequencies out tiled, so that the two of a pair turn by different
// angles. The weights were trained with that (facebookresearch/vjepa2, src/models/utils/modules.py `rotate_queries_or_keys`; transformers keeps it too).

/** What a number of a token's head is multiplied by, and what its neighbour is before it is added. */
export interface Rotation {
  readonly cosine: number
  readonly sine: number
}

/** Of number j of `width` that a position turns: the neighbour comes in as −x of the next for even j, as x of the one before for odd j. */
export function rotationOf(position: number, j: number, width: number): Rotation {
  const half = width / 2
  const angle = position * 10000 ** -((j % half) / half)
  return { cosine: Math.cos(angle), sine: (j % 2 === 0 ? -1 : 1) * Math.sin(angle) }
}

/** Numbers of a head that one axis turns. */
export function rotatedWidth(headWidth: number): number {
  return 2 * Math.floor(Math.floor(headWidth / 3) / 2)
}

/**
 * Rotations of all tokens.
 * @param grid tokens along time, rows and columns
 * @returns `[tokens, headWidth]` each
 */
export function rotations(
  [times, rows, columns]: readonly [number, number, number],
  headWidth: number,
): { cosines: Float32Array; sines: Float32Array } {
  const tokens = times * rows * columns
  const part = rotatedWidth(headWidth)
  const cosines = new Float32Array(tokens * headWidth).fill(1)
  const sines = new Float32Array(tokens * headWidth)
  for (let token = 0; token < tokens; token++) {
    const places = [Math.floor(token / (rows * columns)), Math.floor(token / columns) % rows, token % columns]
    for (const [axis, place] of places.entries())
      for (let j = 0; j < part; j++) {
        const at = token * headWidth + axis * part + j
        const { cosine, sine } = rotationOf(place, j, part)
        cosines[at] = cosine
        sines[at] = sine
      }
  }
  return { cosines, sines }
}

/** 1, 0, 3, 2, …: where the other one of each pair lies; an odd one out at the end stays. */
export function neighbours(width: number): number[] {
  return Array.from({ length: width }, (_, j) => Math.min(j % 2 === 0 ? j + 1 : j - 1, width - 1))
}

/**
 * x·cos + y·sin, y being x with the two of each pair exchanged.
 * @param x `[1, tokens, heads·headWidth]`; returns the same
 * @param tables cosines and sines, `[tokens, 1, headWidth]`
 */
export function rotated(
  layers: Layers,
  x: Value,
  [cosines, sines]: readonly [Value, Value],
  { heads, headWidth }: { heads: number; headWidth: number },
): Value {
  const { graph } = layers
  const shaped = graph.node('Reshape', [x, graph.ints([-1, heads, headWidth])])
  const swapped = graph.node('Gather', [shaped, graph.ints(neighbours(headWidth))], { axis: 2 })
  const turned = add(layers, multiply(layers, shaped, cosines), multiply(layers, swapped, sines))
  return graph.node('Reshape', [turned, graph.ints([1, -1, heads * headWidth])])
}
