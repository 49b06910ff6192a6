import { basename, join } from 'node:path'
import { isError, openRegularFile } from '@kinemetric/files'
import { networkError } from '../tracklets/network-error.ts'
import { type KnownModel, requireArchitecture, requireModel } from './known-models.ts'
import { findModelPlace, type ModelPlace } from './model-place.ts'
import { openModelWeights, readModelJson } from './model-weights.ts'
import { ownerOf, whatLiesAt } from './place-contents.ts'
import type { Checkpoint } from './tensors/tensor-reference.ts'

/** One model of a folder, opened without loading a tensor. */
export interface ModelFolder {
  /** Real path of the folder with the model's own files. */
  readonly folder: string
  /** The value of its config.json. */
  readonly config: unknown
  /** Its tensors, which may lie in several files. */
  readonly checkpoint: Checkpoint
  /** Real paths of what was opened: config.json, then the files of tensors. */
  readonly files: readonly string[]
}

/** A part of a generator that is its configuration alone. */
export interface ModelConfig {
  readonly folder: string
  readonly config: unknown
  /** Real path. */
  readonly file: string
}

/** The folders of diffusers' layout, and the model that belongs into each. */
const expected: Readonly<Partial<Record<string, KnownModel>>> = {
  unet: 'svd-unet',
  vae: 'svd-vae',
  image_encoder: 'clip-vision',
  controlnet: 'interdyn-controlnet',
}

/** Names of the files with a part's configuration, by the part's folder; others have config.json. */
const configNames: Readonly<Partial<Record<string, string>>> = {
  scheduler: 'scheduler_config.json',
  feature_extractor: 'preprocessor_config.json',
}

/**
 * Opens a model from a folder as diffusers and transformers write it: `config.json` beside `diffusion_pytorch_model[.fp16].safetensors`,
 * `model[.fp16].safetensors` or the parts that an index names; from the folder above it with `name`, from a snapshot in Hugging Face's cache, and
 * from that cache (see `findModelPlace`).
 *
 * @param name the model's folder below `folder`: `unet`, `vae`, `image_encoder` or `controlnet`. What is known not to belong there is refused.
 * @throws KinemetricError `not-a-model-folder`, `missing-config`, `missing-shard`; `wrong-checkpoint` for another architecture, and by name for
 * Stable Video Diffusion XT, Stable Diffusion and others; what `openCheckpoint` throws, with the file's path
 */
export async function openModelFolder(folder: string, name?: string): Promise<ModelFolder> {
  const place = await findModelPlace(folder, name)
  const { config, file } = await readConfig(place, name)
  const wanted = name === undefined || !Object.hasOwn(expected, name) ? undefined : expected[name]
  if (wanted !== undefined) requireArchitecture(wanted, config, file)
  const { checkpoint, files } = await openModelWeights(place)
  if (wanted !== undefined) requireModel(wanted, checkpoint, config)
  return { folder: place.folder, config, checkpoint, files: [file, ...files] }
}

/**
 * Reads the configuration of a part that has no weights: `scheduler` (scheduler_config.json) or `feature_extractor`
 * (preprocessor_config.json); of any other part its config.json. Folders as in `openModelFolder`.
 *
 * @throws KinemetricError `not-a-model-folder`, `missing-config`, `not-json`
 */
export async function readModelConfig(folder: string, name: string): Promise<ModelConfig> {
  const place = await findModelPlace(folder, name)
  return { folder: place.folder, ...(await readConfig(place, name)) }
}

/** The same of a part that may be missing: undefined where the folder has none. @throws KinemetricError as `readModelConfig` for one that cannot be read */
export async function readOptionalConfig(folder: string, name: string): Promise<ModelConfig | undefined> {
  try {
    return await readModelConfig(folder, name)
  } catch (error) {
    if (isError(error, undefined, 'not-a-model-folder', 'missing-config')) return undefined
    throw error
  }
}

async function readConfig(place: ModelPlace, part: string | undefined): Promise<{ config: unknown; file: string }> {
  const name = (part !== undefined && Object.hasOwn(configNames, part) ? configNames[part] : undefined) ?? 'config.json'
  const path = join(place.folder, name)
  try {
    const { handle, path: file } = await openRegularFile(path, place.roots)
    await handle.close()
    const config = await readModelJson(path, place.roots)
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return { config, file }
    throw networkError('bad-file', file, {
      expected: 'an object with the configuration',
      found: JSON.stringify(config).slice(0, 40),
    })
  } catch (cause) {
    if (!isError(cause, 'input', 'not-found')) throw cause
    const expected = `${name}, the configuration of ${part ?? 'the model'}`
    if (part === undefined || basename(place.folder) === part)
      throw networkError('missing-config', path, { expected, found: 'no such file' })
    // It was looked for as the model's own folder, since there was none of that name in it.
    const other = await whatLiesAt(place.folder, part)
    if (other === undefined)
      throw networkError('missing-config', join(place.folder, part, name), { expected, found: 'no such file' })
    const whole = `a folder with ${part}/${name} (${ownerOf(part) ?? 'a generator’s'})`
    throw networkError('missing-config', place.folder, { expected: whole, found: other })
  }
}
