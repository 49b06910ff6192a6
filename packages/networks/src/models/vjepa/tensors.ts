import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import type { Checkpoint, TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { affine, countOf, prefixIn } from '../jepa/names.ts'
import { jepaOf, jepaTitles } from '../jepa/recognise-jepa.ts'
import type { Grid } from './positions.ts'

type Shapes = Record<string, readonly number[]>

/** V-JEPA's encoder where it lies. */
export interface VjepaEncoder {
  /** Numbers a token. */
  readonly width: number
  readonly blocks: number
  /** Tokens along time, rows and columns that its table of positions is of. */
  readonly grid: Grid
  /** A tensor by its name in the encoder. */
  readonly tensor: (name: string) => TensorReference
  /** Its tensors' names in the file. */
  readonly names: readonly string[]
}

/** Where the encoder lies in a file of training, the slow copy first, as its own evaluation takes it. */
const holders = ['target_encoder.', '', 'encoder.']

/** The tensors of an encoder. */
export function vjepaTensors(width: number, blocks: number, tokens: number): Shapes {
  const shapes: Shapes = {
    pos_embed: [1, tokens, width],
    ...affine('patch_embed.proj', [width, 3, 2, 16, 16]),
    ...affine('norm', [width]),
  }
  for (let block = 0; block < blocks; block++) Object.assign(shapes, blockTensors(`blocks.${block}`, width))
  return shapes
}

/** Of a block as timm names it. */
export function blockTensors(name: string, width: number): Shapes {
  return {
    ...affine(`${name}.norm1`, [width]),
    ...affine(`${name}.attn.qkv`, [3 * width, width]),
    ...affine(`${name}.attn.proj`, [width, width]),
    ...affine(`${name}.norm2`, [width]),
    ...affine(`${name}.mlp.fc1`, [4 * width, width]),
    ...affine(`${name}.mlp.fc2`, [width, 4 * width]),
  }
}

/**
 * The encoder of a checkpoint, whatever training wrapped around it; blocks are counted.
 * @throws KinemetricError `wrong-checkpoint` for V-JEPA 2, `wrong-tensors`
 */
export function vjepaEncoder(checkpoint: Checkpoint): VjepaEncoder {
  const found = jepaOf(checkpoint)
  if (found !== undefined && found !== 'vjepa')
    throw networkError('wrong-checkpoint', checkpoint.path, { expected: jepaTitles.vjepa, found: jepaTitles[found] })
  const prefix = prefixIn(checkpoint, 'patch_embed.proj.weight', holders) ?? ''
  const width = checkpoint.tensors.get(`${prefix}patch_embed.proj.weight`)?.shape[0] ?? 1280
  const tokens = checkpoint.tensors.get(`${prefix}pos_embed`)?.shape[1] ?? 1568
  const blocks = Math.max(1, countOf(checkpoint, `${prefix}blocks.`, '.norm1.weight'))
  const shapes = Object.fromEntries(
    Object.entries(vjepaTensors(width, blocks, tokens)).map(([name, shape]) => [prefix + name, shape]),
  )
  expectTensors(checkpoint, shapes, { extra: (name) => prefix !== '' && !name.startsWith(prefix) })
  const tensor = (name: string) => findTensor(checkpoint, prefix + name)
  return { width, blocks, grid: gridOf(checkpoint, tokens), tensor, names: Object.keys(shapes) }
}

/** So many tokens as 8 times a square, as of 16 frames, or else of 4, 2, … times one. @throws KinemetricError `wrong-tensors` */
function gridOf(checkpoint: Checkpoint, tokens: number): Grid {
  for (const times of [8, 4, 16, 2, 32, 1]) {
    const side = Math.sqrt(tokens / times)
    if (Number.isInteger(side)) return [times, side, side]
  }
  throw networkError('wrong-tensors', checkpoint.path, {
    expected: 'a table of positions of square frames',
    found: `${tokens} positions`,
  })
}

/** V-JEPA's probe on SSv2, of which only the pooler counts. */
export interface VjepaProbe {
  readonly tensor: (name: string) => TensorReference
  readonly names: readonly string[]
}

/** What the pooler of a probe is made of; its classifier is not looked at. */
export function vjepaPoolerTensors(width: number, projection: boolean): Shapes {
  const name = 'cross_attention_block'
  return {
    query_tokens: [1, 1, width],
    ...affine(`${name}.norm1`, [width]),
    ...affine(`${name}.xattn.q`, [width, width]),
    ...affine(`${name}.xattn.kv`, [2 * width, width]),
    ...(projection ? affine(`${name}.xattn.proj`, [width, width]) : {}),
    ...affine(`${name}.norm2`, [width]),
    ...affine(`${name}.mlp.fc1`, [4 * width, width]),
    ...affine(`${name}.mlp.fc2`, [width, 4 * width]),
  }
}

/**
 * The pooler of a probe that fits an encoder.
 * @param projection whether its projection is needed
 * @throws KinemetricError `wrong-checkpoint` where it is the probe of another width or of V-JEPA 2, or no probe; `wrong-tensors`
 */
export function vjepaProbe(checkpoint: Checkpoint, width: number, projection: boolean): VjepaProbe {
  const wanted = `the SSv2 probe of a V-JEPA encoder of width ${width}`
  const refuse = (found: string) => networkError('wrong-checkpoint', checkpoint.path, { expected: wanted, found })
  const prefix = prefixIn(checkpoint, 'pooler.query_tokens', ['classifier.', ''])
  if (prefix === undefined) {
    const found = jepaOf(checkpoint)
    throw refuse(found === undefined ? 'no pooler in this file' : `${jepaTitles[found]}, without its probe`)
  }
  const own = `${prefix}pooler.`
  const found = checkpoint.tensors.get(`${own}query_tokens`)?.shape.at(-1)
  if (found !== width) throw refuse(`one of width ${found}`)
  if (checkpoint.tensors.has(`${own}blocks.0.norm1.weight`))
    throw refuse('a probe of V-JEPA 2, which has blocks of its own')
  const shapes = Object.fromEntries(
    Object.entries(vjepaPoolerTensors(width, projection)).map(([name, shape]) => [own + name, shape]),
  )
  expectTensors(checkpoint, shapes, { extra: 'ignore' })
  return { tensor: (name) => findTensor(checkpoint, own + name), names: Object.keys(shapes) }
}
