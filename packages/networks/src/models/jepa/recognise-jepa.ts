import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { prefixesOf } from './names.ts'

/** Models of the family, in words. */
export const jepaTitles = {
  vjepa: 'V-JEPA (2024)',
  'vjepa2-hf': 'V-JEPA 2, as transformers names it',
  'vjepa2-repo': 'V-JEPA 2, as its repository names it',
} as const

export type JepaModel = keyof typeof jepaTitles

/** Positions of V-JEPA 2's table, which nothing uses: 64 frames of 256×256. */
const unusedPositions = 8192

/**
 * Which of the family a file holds; undefined where it is none. Both name their encoders alike: V-JEPA adds a table of positions, V-JEPA 2 turns queries and keys
 * and has none, or one that nothing uses.
 */
export function jepaOf(checkpoint: Checkpoint): JepaModel | undefined {
  if (prefixesOf(checkpoint, 'encoder.embeddings.patch_embeddings.proj.weight').length > 0) return 'vjepa2-hf'
  const prefixes = prefixesOf(checkpoint, 'patch_embed.proj.weight').filter(
    (prefix) => checkpoint.tensors.get(`${prefix}patch_embed.proj.weight`)?.shape.length === 5,
  )
  if (prefixes.length === 0) return undefined
  const tables = prefixes.map((prefix) => checkpoint.tensors.get(`${prefix}pos_embed`)?.shape[1])
  return tables.every((positions) => positions === undefined || positions === unusedPositions) ? 'vjepa2-repo' : 'vjepa'
}
