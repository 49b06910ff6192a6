import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readRawJson } from '@kinemetric/files'
import { recogniseModel, titleOf } from './known-models.ts'
import { openCheckpoint } from './open-checkpoint.ts'

/** Folders of models, by whose they are. */
const partsOf: Readonly<Record<string, readonly string[]>> = {
  'Stable Video Diffusion’s': ['unet', 'vae', 'image_encoder', 'scheduler', 'feature_extractor'],
  'InterDyn’s': ['controlnet'],
}

/** Whose part it is, in words; undefined for one that no generator has. */
export function ownerOf(part: string | undefined): string | undefined {
  return Object.keys(partsOf).find((owner) => partsOf[owner].some((name) => name === part))
}

/**
 * What lies where a part of a generator was looked for and is not: whose folder it is, a single model's, a checkpoint, or names of files.
 * @param path a folder or a file that is there
 * @returns undefined for a folder of the generator that the part belongs to, which lacks that part alone
 */
export async function whatLiesAt(path: string, part?: string): Promise<string | undefined> {
  if ((await stat(path)).isFile()) return fileAt(path)
  const names: string[] = await readdir(path).catch(() => [])
  const has = (parts: readonly string[]) => parts.some((name) => names.includes(name))
  const owner = ownerOf(part)
  if (owner !== undefined && has(partsOf[owner])) return undefined
  if (has(['controlnet'])) return 'InterDyn’s folder (controlnet)'
  const pipeline = await classIn(path, 'model_index.json')
  if (has(['unet', 'vae', 'image_encoder'])) return `the folder of ${pipeline ?? (await unetPipeline(path))}`
  const alone = names.includes('config.json') ? await classIn(path, 'config.json') : undefined
  if (alone !== undefined) return `the folder of one model alone, ${alone}`
  const checkpoints = names.filter((name) => /\.(ckpt|pth|pt|safetensors)$/.test(name))
  if (checkpoints.length === 1) return `a folder with ${checkpoints[0]}, ${await fileAt(join(path, checkpoints[0]))}`
  return names.slice(0, 8).join(', ') || 'an empty folder'
}

async function unetPipeline(path: string): Promise<string> {
  const unet = await classIn(join(path, 'unet'), 'config.json')
  return unet === undefined || unet === 'UNetSpatioTemporalConditionModel'
    ? 'Stable Video Diffusion (unet, vae, image_encoder)'
    : `another pipeline (unet: ${unet})`
}

/** What a file is, where its tensors tell. */
async function fileAt(path: string): Promise<string> {
  const checkpoint = await openCheckpoint(path, { unknownGlobals: 'ignore' }).catch(() => undefined)
  const model = checkpoint && recogniseModel(checkpoint)
  return model === undefined ? 'a file' : titleOf(model)
}

async function classIn(folder: string, name: string): Promise<string | undefined> {
  const value = await readRawJson(join(folder, name)).catch(() => undefined)
  if (typeof value !== 'object' || value === null) return undefined
  const field: unknown = Reflect.get(value, '_class_name')
  if (typeof field === 'string') return field
  const architectures: unknown = Reflect.get(value, 'architectures')
  return Array.isArray(architectures) && typeof architectures[0] === 'string' ? architectures[0] : undefined
}
