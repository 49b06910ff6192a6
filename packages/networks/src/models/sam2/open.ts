import { parseJson } from '@kinemetric/files'
import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import { readTensor } from '../../checkpoints/read-tensor.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { GraphModel } from '../../onnx/graph-builder.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { requireKnown } from '../../roles/read-choice.ts'
import { float32Data, type HostTensor, openSession, type Session, type SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { publishedSam2, reducedSam2, type Sam2Config } from './config.ts'
import { decoderGraph } from './decoder.ts'
import { type EncoderConstants, encoderGraph } from './encoder.ts'
import { timeEncoding, trunkPosition } from './encodings.ts'
import { type FoldedLayers, foldLayers } from './fold-layers.ts'
import type { GraphOptions } from './graph-options.ts'
import { memoryAttentionGraph } from './memory-attention.ts'
import { memoryEncoderGraph } from './memory-encoder.ts'
import type { Sam2Constants, Sam2Decoded, Sam2DecodeFeeds, Sam2Features, Sam2Networks } from './networks.ts'
import { roundToBfloat16 } from './bfloat16.ts'
import { sam2Tensors } from './tensors.ts'
import { identifySam2, requireSam2 } from './variant.ts'

/**
 * SAM 2 or 2.1 (Ravi et al. 2024; facebookresearch/sam2) on an official checkpoint, as it lies. Graphs are opened when they are first needed: single frames
 * need no memory.
 * @param config a parsed configuration of one's own, for checkpoints that have the sizes of no published file
 * @throws KinemetricError `wrong-checkpoint`, `wrong-tensors`, `bad-config`; `not-available`, `graph-refused`
 */
export async function openSam2(
  checkpoint: Checkpoint,
  options: SessionOptions = {},
  config?: { readonly json: unknown; readonly where: string },
): Promise<Sam2Networks> {
  const shape = configOf(checkpoint, config)
  expectTensors(checkpoint, sam2Tensors(shape))
  const tensor = (name: string) => findTensor(checkpoint, name)
  const constants = await readConstants(checkpoint)
  const how: GraphOptions = { tensor, fusedAttention: options.provider !== 'webgpu' }
  const ready: EncoderConstants = {
    position: await readPosition(checkpoint, shape),
    finer: [await readFiner(checkpoint, 0), await readFiner(checkpoint, 1)],
  }
  const sessions = new Sessions(options, `sam${shape.version}-${shape.variant}`)
  const { width, imageSize } = shape
  const cells = imageSize / 16
  return {
    digest: await digestTensors(checkpoint),
    config: shape,
    constants,
    async encode(input, inspect = false) {
      requireShape(input, [1, 3, imageSize, imageSize])
      const graph = () => encoderGraph(shape, how, ready, inspect)
      const found = await sessions.run(inspect ? 'inspected-encoder' : 'encoder', graph, { input })
      const { s2, s1, s0 } = found
      const features: Sam2Features = { s2, s1, s0 }
      return inspect ? { ...features, trunk: [0, 1, 2, 3].map((level) => found[`trunk${level}`]) } : features
    },
    decode: (feeds) => decode(sessions, () => decoderGraph(shape, how, constants.promptMatrix), feeds, width),
    async attend({ s2, maps, times, pointers, distances }) {
      requireShape(s2, [1, width, cells, cells])
      const count = pointers.shape[0]
      if (times.length !== maps.shape[0] || distances.length !== count)
        throw networkError('shape-mismatch', 'sam2', {
          expected: `${maps.shape[0]} times and ${count} distances`,
          found: `${times.length} and ${distances.length}`,
        })
      const feeds: Record<string, HostTensor> = {
        s2,
        maps,
        times: { type: 'int64', data: BigInt64Array.from(times, BigInt), shape: [times.length] },
      }
      if (count > 0) {
        feeds.pointers = pointers
        if (shape.version === '2.1')
          feeds.distances = { type: 'float32', data: timeEncoding(distances, width), shape: [count, width] }
      }
      const graph = () => memoryAttentionGraph(shape, how, count > 0)
      return (await sessions.run(count > 0 ? 'pointer-attention' : 'map-attention', graph, feeds)).embed
    },
    async remember({ s2, mask, absent }) {
      requireShape(mask, [1, 1, imageSize, imageSize])
      const said: HostTensor = { type: 'float32', data: Float32Array.of(absent ? 1 : 0), shape: [1] }
      const feeds = shape.version === '2.1' ? { s2, mask, absent: said } : { s2, mask }
      const { memory } = await sessions.run('memory-encoder', () => memoryEncoderGraph(shape, how), feeds)
      return { ...memory, data: roundToBfloat16(float32Data(memory)) }
    },
    close: () => sessions.close(),
  }
}

function parsedConfig(text: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw networkError('bad-config', '--config', { expected: 'JSON', found }, { cause })
  }
}

/**
 * SAM 2 as the card of that id asks for it; `settings.config` is a configuration of one's own as JSON text.
 * @throws KinemetricError `wrong-checkpoint` for another of the published ones, by name; as `openSam2` does
 */
export function sam2Opener(id: string): NetworkOpener<'masks'> {
  return async ({ network }, choice, run) => {
    requireKnown('sam2', { ...choice, settings: undefined }, [])
    requireKnown('sam2', choice.settings, ['config'])
    requireSam2(network, id, choice.settings?.config !== undefined)
    const text = choice.settings?.config
    const config = text === undefined ? undefined : { json: parsedConfig(String(text)), where: '--config' }
    return openSam2(network, run, config)
  }
}

function configOf(
  checkpoint: Checkpoint,
  config: { readonly json: unknown; readonly where: string } | undefined,
): Sam2Config {
  const { variant, version } = identifySam2(checkpoint)
  if (config !== undefined) return reducedSam2(config.json, version, config.where)
  if (variant !== 'reduced') return publishedSam2(variant, version)
  throw networkError('wrong-checkpoint', checkpoint.path, {
    expected: 'tiny, small, base-plus or large',
    found: 'a SAM 2 of other sizes',
    then: '--config names them',
  })
}

async function readConstants(checkpoint: Checkpoint): Promise<Sam2Constants> {
  const read = (name: string) => readTensor(findTensor(checkpoint, name))
  const point = (label: number) => read(`sam_prompt_encoder.point_embeddings.${label}.weight`)
  return {
    promptMatrix: await read('sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix'),
    pointEmbeddings: await Promise.all([0, 1, 2, 3].map(point)),
    notAPoint: await read('sam_prompt_encoder.not_a_point_embed.weight'),
    noMem: await read('no_mem_embed'),
    noObjectPointer: await read('no_obj_ptr'),
  }
}

async function readPosition(checkpoint: Checkpoint, { trunk, imageSize }: Sam2Config): Promise<Float32Array> {
  const background = await readTensor(findTensor(checkpoint, 'image_encoder.trunk.pos_embed'))
  const window = await readTensor(findTensor(checkpoint, 'image_encoder.trunk.pos_embed_window'))
  return trunkPosition(background, trunk.background, window, trunk.windows[0], imageSize / 4)
}

/** The neck's layer of a finer map and the decoder's behind it as one: the wide map between them is not made. */
async function readFiner(checkpoint: Checkpoint, level: 0 | 1): Promise<FoldedLayers> {
  const read = async (name: string) => ({
    weight: await readTensor(findTensor(checkpoint, `${name}.weight`)),
    bias: await readTensor(findTensor(checkpoint, `${name}.bias`)),
  })
  return foldLayers(
    await read(`image_encoder.neck.convs.${3 - level}.conv`),
    await read(`sam_mask_decoder.conv_s${level}`),
  )
}

/** Prompts one after the other: they share a frame, and are few. */
async function decode(
  sessions: Sessions,
  graph: () => GraphModel,
  { embed, s1, s0, sparse }: Sam2DecodeFeeds,
  width: number,
): Promise<Sam2Decoded> {
  const [count, tokens] = sparse.shape
  requireShape(sparse, [count, tokens, width])
  const data = float32Data(sparse)
  const found: Record<string, HostTensor>[] = []
  for (let n = 0; n < count; n++) {
    const own = data.subarray(n * tokens * width, (n + 1) * tokens * width)
    const feeds = { embed, s1, s0, sparse: { type: 'float32', data: own, shape: [1, tokens, width] } as const }
    found.push(await sessions.run('decoder', graph, feeds))
  }
  const joined = (name: string): HostTensor => {
    const [, ...shape] = found[0][name].shape
    const parts = found.map((each) => float32Data(each[name]))
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
    for (const [index, part] of parts.entries()) all.set(part, index * part.length)
    return { type: 'float32', data: all, shape: [count, ...shape] }
  }
  return {
    masks: joined('masks'),
    iou: joined('iou'),
    objectScore: joined('score'),
    pointers: joined('pointers'),
    maskTokens: joined('maskTokens'),
  }
}

function requireShape({ shape }: HostTensor, expected: readonly number[]): void {
  if (shape.join() === expected.join()) return
  throw networkError('shape-mismatch', 'sam2', { expected: `[${expected.join(', ')}]`, found: `[${shape.join(', ')}]` })
}

/** The graphs' sessions, each opened when it is first run. */
class Sessions {
  readonly #options: SessionOptions
  readonly #name: string
  readonly #open = new Map<string, Promise<Session>>()
  #closed = false

  constructor(options: SessionOptions, name: string) {
    this.#options = options
    this.#name = name
  }

  async run(
    purpose: string,
    graph: () => GraphModel,
    feeds: Readonly<Record<string, HostTensor>>,
  ): Promise<Record<string, HostTensor>> {
    if (this.#closed) throw networkError('closed', this.#name, 'used after close')
    let session = this.#open.get(purpose)
    if (session === undefined) this.#open.set(purpose, (session = openSession(graph(), this.#options)))
    return (await session).run(feeds)
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const session of this.#open.values())
      await session.then(
        (opened) => opened.close(),
        () => undefined,
      )
    this.#open.clear()
  }
}
