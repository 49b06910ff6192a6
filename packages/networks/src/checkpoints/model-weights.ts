import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError, isError, parseJson, readTextFile } from '@kinemetric/files'
import { networkError } from '../tracklets/network-error.ts'
import type { ModelPlace } from './model-place.ts'
import { openCheckpoint } from './open-checkpoint.ts'
import type { Checkpoint, TensorReference } from './tensors/tensor-reference.ts'

const stems = ['diffusion_pytorch_model', 'model']

/** Names of weights as diffusers and transformers give them, in the order in which they are looked for: half the bytes first. */
const weightNames: readonly string[] = stems.flatMap((stem) => [
  `${stem}.fp16.safetensors`,
  `${stem}.safetensors.index.fp16.json`,
  `${stem}.safetensors`,
  `${stem}.safetensors.index.json`,
])

/**
 * Opens the weights in a model's folder: one file, or the parts (shards) that an index names, as one checkpoint. The float16 variant is taken
 * where both are there.
 *
 * @returns the checkpoint, and the real paths of its files
 * @throws KinemetricError `not-a-model-folder` where there are no weights, `missing-shard`, `bad-file` for an index that is none, and what
 * `openCheckpoint` throws, with the file's path
 */
export async function openModelWeights(place: ModelPlace): Promise<{ checkpoint: Checkpoint; files: string[] }> {
  const names: string[] = await readdir(place.folder).catch(() => [])
  const indexed = names.filter((name) => name.endsWith('.safetensors.index.json')).sort()
  const name = [...weightNames, ...indexed].find((candidate) => names.includes(candidate))
  if (name === undefined)
    throw networkError('not-a-model-folder', place.folder, {
      expected: `weights (${weightNames.filter((candidate) => candidate.endsWith('.safetensors')).join(', ')}, or an index of parts)`,
      found: names.slice(0, 8).join(', ') || 'an empty folder',
    })
  const path = join(place.folder, name)
  if (name.endsWith('.json')) return openShards(path, place)
  const checkpoint = await openCheckpoint(path, { roots: place.roots })
  return { checkpoint, files: [checkpoint.path] }
}

async function openShards(index: string, place: ModelPlace): Promise<{ checkpoint: Checkpoint; files: string[] }> {
  const parts = partsOf(index, await readModelJson(index, place.roots))
  const tensors = new Map<string, TensorReference>()
  const files: string[] = []
  for (const [part, wanted] of parts) {
    const shard = await openShard(index, join(place.folder, part), place.roots)
    files.push(shard.path)
    for (const name of wanted) {
      const tensor = shard.tensors.get(name)
      if (tensor === undefined)
        throw networkError('wrong-tensors', shard.path, `no tensor "${name}", which ${index} says is in it`)
      tensors.set(name, tensor)
    }
  }
  return { checkpoint: { path: index, format: 'safetensors', tensors }, files }
}

async function openShard(index: string, path: string, roots: ModelPlace['roots']): Promise<Checkpoint> {
  return openCheckpoint(path, { roots }).catch((cause: unknown) => {
    if (!isError(cause, 'input', 'not-found')) throw cause
    throw networkError('missing-shard', path, { expected: `the part that ${index} names`, found: 'no such file' })
  })
}

/** The names of tensors by the file that an index says they are in. */
function partsOf(index: string, value: unknown): Map<string, string[]> {
  const map = isRecord(value) ? value['weight_map'] : undefined
  const parts = new Map<string, string[]>()
  for (const [tensor, part] of isRecord(map) ? Object.entries(map) : []) {
    // A name alone: an index cannot lead out of its folder.
    if (typeof part !== 'string' || /[\\/\0]/.test(part) || !part.endsWith('.safetensors'))
      throw networkError('bad-file', index, {
        expected: `the name of a safetensors file beside it for "${tensor}"`,
        found: JSON.stringify(part),
      })
    const names = parts.get(part)
    if (names === undefined) parts.set(part, [tensor])
    else names.push(tensor)
  }
  if (parts.size > 0) return parts
  throw networkError('bad-file', index, { expected: 'weight_map: the file of each tensor', found: 'none' })
}

/** The value of a model's JSON file. @throws KinemetricError `not-found`, `not-a-file`, `outside`, `too-large`, `not-json` */
export async function readModelJson(path: string, roots: ModelPlace['roots']): Promise<unknown> {
  const text = await readTextFile(path, { maxBytes: 2 ** 26, roots })
  try {
    return parseJson(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw fileError('not-json', path, { expected: 'JSON', found: `something else (${reason})` }, { cause })
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
