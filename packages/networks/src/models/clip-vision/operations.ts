import type { ClipVisionConfig } from './config.ts'

/** Floating-point operations of embedding one picture, two a multiply-add: patches, linear layers and attention. */
export function clipVisionOperations({ hidden, layers, mlp, patch, image, projection }: ClipVisionConfig): number {
  const patches = (image / patch) ** 2
  const tokens = patches + 1
  const layer = tokens * (4 * hidden ** 2 + 2 * hidden * mlp) + 2 * tokens ** 2 * hidden
  return 2 * (patches * 3 * patch ** 2 * hidden + layers * layer + hidden * projection)
}
