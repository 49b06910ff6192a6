import type { KeptIntegers, KeptTensor } from '../../../roles/mask-tracker.ts'

/** What a dump holds of one object on one frame. */
export interface KeptOutput {
  readonly isPrompted: boolean
  readonly objectScore: number
  readonly pointer: Float32Array
  readonly low: Float32Array
  readonly memory: Float32Array
}

/** What a dump holds of one object, by name: a row a frame, sorted by frame. */
export function keptOutputs(
  name: string,
  byFrame: ReadonlyMap<number, KeptOutput>,
  { imageSize, memoryWidth }: { readonly imageSize: number; readonly memoryWidth: number },
): Record<string, KeptTensor | KeptIntegers> {
  const sorted = [...byFrame].sort(([a], [b]) => a - b)
  const outputs = sorted.map(([, output]) => output)
  const side = imageSize / 4
  const cells = imageSize / 16
  return {
    [`${name}.frames`]: integers(sorted.map(([frame]) => frame)),
    [`${name}.is_cond`]: integers(outputs.map(({ isPrompted }) => (isPrompted ? 1 : 0))),
    [`${name}.object_score`]: {
      shape: [outputs.length],
      data: Float32Array.from(outputs, ({ objectScore }) => objectScore),
    },
    [`${name}.obj_ptr`]: rows(
      outputs.map(({ pointer }) => pointer),
      [outputs.length, outputs[0]?.pointer.length ?? 0],
    ),
    [`${name}.low`]: rows(
      outputs.map(({ low }) => low),
      [outputs.length, side, side],
    ),
    [`${name}.maskmem`]: rows(
      outputs.map(({ memory }) => memory),
      [outputs.length, memoryWidth, cells, cells],
    ),
  }
}

function rows(parts: readonly Float32Array[], shape: readonly number[]): KeptTensor {
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    data.set(part, at)
    at += part.length
  }
  return { shape, data }
}

function integers(values: readonly number[]): KeptIntegers {
  return { shape: [values.length], data: Int32Array.from(values) }
}
