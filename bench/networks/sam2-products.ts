import type { Sam2Config } from '../../packages/networks/src/models/sam2/config.ts'

/** Products of matrices of one shape: `batch` times `[rows, inner] · [inner, columns]`, the right side a weight or, with attention, data. */
export interface Product {
  readonly what: string
  readonly batch: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/** All products of SAM 2's image encoder as it is run here, in the order in which they come. */
export function encoderProducts({ imageSize, width, trunk }: Sam2Config): Product[] {
  const found: Product[] = []
  const layer = (what: string, rows: number, inner: number, columns: number) =>
    void found.push({ what, batch: 1, rows, inner, columns })
  let side = imageSize / 4
  let from = trunk.channels
  let index = 0
  layer('patches', side ** 2, 3 * 7 * 7, from)
  for (const [stage, count] of trunk.stages.entries()) {
    const channels = trunk.channels * 2 ** stage
    const heads = trunk.heads * 2 ** stage
    for (let block = 0; block < count; block++) {
      const pools = stage > 0 && block === 0
      const window = trunk.global.includes(index++) ? side : trunk.windows[pools ? stage - 1 : stage]
      const windows = Math.ceil(side / window) ** 2
      const keys = window ** 2
      const queries = pools ? keys / 4 : keys
      if (pools) layer('shortcut', side ** 2, from, channels)
      layer('qkv', windows * keys, from, 3 * channels)
      const head = channels / heads
      found.push({ what: 'scores', batch: windows * heads, rows: queries, inner: head, columns: keys })
      found.push({ what: 'mixing', batch: windows * heads, rows: queries, inner: keys, columns: head })
      layer('projection', windows * queries, channels, channels)
      if (pools) side /= 2
      layer('mlp', side ** 2, channels, 4 * channels)
      layer('mlp', side ** 2, 4 * channels, channels)
      from = channels
    }
    // The two finer maps go through the neck's and the decoder's layer as one.
    if (stage < 2) layer('finer maps', side ** 2, channels, width / (stage === 0 ? 8 : 4))
    else layer('neck', side ** 2, channels, width)
  }
  return found
}

/** Two a multiply-add. */
export function operationsOf(products: readonly Product[]): number {
  return products.reduce((sum, { batch, rows, inner, columns }) => sum + 2 * batch * rows * inner * columns, 0)
}
