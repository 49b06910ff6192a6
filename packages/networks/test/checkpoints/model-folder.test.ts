import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { digestTensors } from '../../src/checkpoints/digest-tensors.ts'
import { openModelFolder, readModelConfig } from '../../src/checkpoints/model-folder.ts'
import { recogniseModel, requireModel } from '../../src/checkpoints/known-models.ts'
import { openCheckpoint } from '../../src/checkpoints/open-checkpoint.ts'
import { readTensor } from '../../src/checkpoints/read-tensor.ts'
import { writeSafetensors } from '../../src/checkpoints/formats/write-safetensors.ts'
import { temporaryFolder } from '../temporary-folder.ts'

type Shapes = Readonly<Record<string, readonly number[]>>

/** Of each architecture the tensors by which it is known, small. */
const svdUnet: Shapes = {
  'conv_in.weight': [4, 8, 1, 1],
  'time_embedding.linear_1.weight': [4, 4],
  'down_blocks.0.resnets.0.spatial_res_block.norm1.weight': [4],
}
const sd15Unet: Shapes = {
  'conv_in.weight': [4, 4, 1, 1],
  'time_embedding.linear_1.weight': [4, 4],
  'down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight': [4, 768],
}
const svdConfig = { _class_name: 'UNetSpatioTemporalConditionModel', num_frames: 14 }

let root: string
beforeEach(async () => {
  root = await temporaryFolder()
})

async function write(path: string, shapes: Shapes, value = 1): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const count = shape.reduce((product, size) => product * size, 1)
    return [name, { shape, data: new Float32Array(count).fill(value) }] as const
  })
  await writeSafetensors(path, new Map(tensors))
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify(value))
}

async function writeUnet(folder: string, config: unknown = svdConfig, shapes = svdUnet): Promise<void> {
  await writeJson(join(folder, 'config.json'), config)
  await write(join(folder, 'diffusion_pytorch_model.safetensors'), shapes)
}

describe('a folder as diffusers writes it', () => {
  test('opens a model by its name below the folder, or its own folder', async () => {
    await writeUnet(join(root, 'unet'))
    const { folder, config, checkpoint, files } = await openModelFolder(root, 'unet')
    expect(folder).toBe(join(root, 'unet'))
    expect(config).toEqual(svdConfig)
    expect([...checkpoint.tensors.keys()].sort()).toEqual(Object.keys(svdUnet).sort())
    expect(files).toEqual([join(folder, 'config.json'), join(folder, 'diffusion_pytorch_model.safetensors')])
    expect((await openModelFolder(join(root, 'unet'))).checkpoint.path).toBe(checkpoint.path)
    expect((await openModelFolder(join(root, 'unet'), 'unet')).checkpoint.path).toBe(checkpoint.path)
  })

  test('takes the float16 variant where both are there', async () => {
    await writeUnet(join(root, 'unet'))
    await write(join(root, 'unet', 'diffusion_pytorch_model.fp16.safetensors'), svdUnet)
    const { checkpoint } = await openModelFolder(root, 'unet')
    expect(checkpoint.path).toBe(join(root, 'unet', 'diffusion_pytorch_model.fp16.safetensors'))
  })

  test('reads scheduler_config.json and preprocessor_config.json of parts without weights', async () => {
    await writeJson(join(root, 'scheduler', 'scheduler_config.json'), { sigma_max: 700 })
    await writeJson(join(root, 'feature_extractor', 'preprocessor_config.json'), { size: 224 })
    expect((await readModelConfig(root, 'scheduler')).config).toEqual({ sigma_max: 700 })
    expect((await readModelConfig(root, 'feature_extractor')).config).toEqual({ size: 224 })
  })

  test('says what is missing', async () => {
    await expect(openModelFolder(join(root, 'nowhere'), 'unet')).rejects.toMatchObject({ code: 'not-a-model-folder' })
    await writeFile(join(root, 'notes.txt'), '')
    await expect(openModelFolder(root, 'unet')).rejects.toMatchObject({ code: 'missing-config' })
    await writeJson(join(root, 'config.json'), {})
    await expect(openModelFolder(root)).rejects.toMatchObject({
      code: 'not-a-model-folder',
      found: 'config.json, notes.txt',
    })
    await writeFile(join(root, 'config.json'), '{')
    await expect(openModelFolder(root)).rejects.toMatchObject({ code: 'not-json' })
  })
})

/** What is said of a part of `root` that cannot be opened. */
async function found(part: string): Promise<string> {
  return openModelFolder(root, part).then(
    () => 'nothing wrong',
    (error: Error) => error.message,
  )
}

describe('what lies in the place of a part is named', () => {
  test('the folder of the other generator, of another pipeline, of one model alone, a checkpoint', async () => {
    await writeUnet(join(root, 'unet'))
    expect(await found('controlnet')).toBe(
      `${root}: expected a folder with controlnet/config.json (InterDyn’s), found the folder of Stable Video Diffusion (unet, vae, image_encoder)`,
    )
    // Of its own folder one part is missing.
    expect(await found('vae')).toMatch(/vae\/config\.json: expected config\.json, .*found no such file$/)
    await writeJson(join(root, 'model_index.json'), { _class_name: 'StableDiffusionPipeline' })
    expect(await found('controlnet')).toMatch(/found the folder of StableDiffusionPipeline$/)
    root = join(root, 'unet')
    expect(await found('controlnet')).toMatch(/UNetSpatioTemporalConditionModel/)
    root = await temporaryFolder()
    await writeJson(join(root, 'controlnet', 'config.json'), {})
    const scheduler = await readModelConfig(root, 'scheduler').catch((error: unknown) => error)
    expect(scheduler).toMatchObject({
      code: 'missing-config',
      expected: 'a folder with scheduler/scheduler_config.json (Stable Video Diffusion’s)',
      found: 'InterDyn’s folder (controlnet)',
    })
    // What the system says of it adds nothing.
    expect(scheduler).not.toHaveProperty('cause')
    root = await temporaryFolder()
    const projection = {
      'cc_projection.weight': [2, 2],
      'model.diffusion_model.input_blocks.0.0.weight': [1, 16, 1, 1],
    }
    await write(join(root, 'c.safetensors'), projection)
    expect(await found('unet')).toMatch(/found a folder with c\.safetensors, CosHand$/)
    root = join(root, 'c.safetensors')
    expect(await found('unet')).toMatch(/found CosHand$/)
  })

  test.each([
    [4, 'the UNet of Stable Diffusion 1.x'],
    [8, 'Zero-1-to-3'],
    [9, 'inpainting'],
  ])('a UNet of Stable Diffusion with %i channels in, by its config and by its tensors', async (channels, name) => {
    const config = { _class_name: 'UNet2DConditionModel', in_channels: channels, cross_attention_dim: 768 }
    const shapes = { ...sd15Unet, 'conv_in.weight': [4, channels, 1, 1] }
    await writeUnet(join(root, 'unet'), config, shapes)
    expect(await found('unet')).toContain(name)
    await writeJson(join(root, 'unet', 'config.json'), {})
    expect(await found('unet')).toContain(name)
  })
})

describe('weights in parts', () => {
  const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']
  const names = ['vision_model.embeddings.class_embedding', 'visual_projection.weight']

  async function writeParts(): Promise<string> {
    const folder = join(root, 'image_encoder')
    await writeJson(join(folder, 'config.json'), { architectures: ['CLIPVisionModelWithProjection'] })
    await write(join(folder, first), { [names[0]]: [3] }, 1)
    await write(join(folder, second), { [names[1]]: [2, 2] }, 2)
    await writeJson(join(folder, 'model.safetensors.index.json'), {
      metadata: {},
      weight_map: { [names[0]]: first, [names[1]]: second },
    })
    return folder
  }

  test('are one checkpoint, whose digest is that of one file', async () => {
    const folder = await writeParts()
    const { checkpoint, files } = await openModelFolder(root, 'image_encoder')
    expect(files).toEqual([join(folder, 'config.json'), join(folder, first), join(folder, second)])
    expect(await readTensor(checkpoint.tensors.get(names[0])!)).toEqual(new Float32Array([1, 1, 1]))
    expect(await readTensor(checkpoint.tensors.get(names[1])!)).toEqual(new Float32Array([2, 2, 2, 2]))
    const whole = join(root, 'whole.safetensors')
    const values = [...checkpoint.tensors].map(async ([name, tensor]) => {
      return [name, { shape: tensor.shape, data: await readTensor(tensor) }] as const
    })
    await writeSafetensors(whole, new Map(await Promise.all(values)))
    expect(await digestTensors(checkpoint)).toBe(await digestTensors(await openCheckpoint(whole)))
  })

  test('one of them missing or cut off is named', async () => {
    const folder = await writeParts()
    await truncate(join(folder, second), 100)
    await expect(openModelFolder(root, 'image_encoder')).rejects.toMatchObject({
      code: 'truncated',
      where: join(folder, second),
    })
    await writeJson(join(folder, 'model.safetensors.index.json'), { weight_map: { a: 'model-3.safetensors' } })
    await expect(openModelFolder(root, 'image_encoder')).rejects.toMatchObject({
      code: 'missing-shard',
      where: join(folder, 'model-3.safetensors'),
    })
    await writeJson(join(folder, 'model.safetensors.index.json'), { weight_map: { a: first } })
    await expect(openModelFolder(root, 'image_encoder')).rejects.toMatchObject({ code: 'wrong-tensors' })
  })

  test.each([['../model.safetensors'], ['/etc/model.safetensors'], ['a\\b.safetensors'], [7], ['passwd']])(
    'an index cannot name %j',
    async (part) => {
      const folder = await writeParts()
      await writeJson(join(folder, 'model.safetensors.index.json'), { weight_map: { a: part } })
      await expect(openModelFolder(root, 'image_encoder')).rejects.toMatchObject({ code: 'bad-file' })
    },
  )
})

describe("Hugging Face's cache", () => {
  const revision = 'a'.repeat(40)

  /** A snapshot whose files are links into `blobs`, as the hub's client lays it. */
  async function writeCache(repository: string, at = revision): Promise<string> {
    const blobs = join(repository, 'blobs')
    const snapshot = join(repository, 'snapshots', at)
    await mkdir(join(snapshot, 'unet'), { recursive: true })
    await writeJson(join(blobs, 'c0ffee'), svdConfig)
    await write(join(blobs, 'beef'), svdUnet)
    await symlink('../../../blobs/c0ffee', join(snapshot, 'unet', 'config.json'))
    await symlink('../../../blobs/beef', join(snapshot, 'unet', 'diffusion_pytorch_model.fp16.safetensors'))
    return snapshot
  }

  test('is read from its snapshot, its repository or the whole cache', async () => {
    const repository = join(root, 'models--stabilityai--stable-video-diffusion-img2vid')
    const snapshot = await writeCache(repository)
    await mkdir(join(root, 'models--other--thing', 'snapshots', revision), { recursive: true })
    for (const folder of [snapshot, repository, root]) {
      const { checkpoint } = await openModelFolder(folder, 'unet')
      expect(checkpoint.path).toBe(join(repository, 'blobs', 'beef'))
    }
  })

  test('of several revisions the one of refs/main is meant; without it none', async () => {
    const repository = join(root, 'models--a--b')
    await writeCache(repository)
    await mkdir(join(repository, 'snapshots', 'b'.repeat(40)), { recursive: true })
    await expect(openModelFolder(repository, 'unet')).rejects.toMatchObject({ code: 'not-a-model-folder' })
    await mkdir(join(repository, 'refs'))
    await writeFile(join(repository, 'refs', 'main'), revision)
    expect((await openModelFolder(repository, 'unet')).folder).toContain(revision)
  })

  test('a link that leads out of it is refused', async () => {
    const repository = join(root, 'models--a--b')
    const snapshot = await writeCache(repository)
    await writeUnet(join(root, 'elsewhere'))
    await symlink(
      join(root, 'elsewhere', 'diffusion_pytorch_model.safetensors'),
      join(snapshot, 'unet', 'model.fp16.safetensors'),
    )
    await mkdir(join(snapshot, 'vae'))
    await symlink(join(root, 'elsewhere', 'config.json'), join(snapshot, 'vae', 'config.json'))
    await expect(openModelFolder(repository, 'vae')).rejects.toMatchObject({ code: 'outside' })
  })
})

describe('another model in the place of the right one is named', () => {
  const cases: [string, string, unknown, Shapes, string][] = [
    ['unet', 'SVD-XT', { ...svdConfig, num_frames: 25 }, svdUnet, 'Stable Video Diffusion XT'],
    [
      'unet',
      'SD 1.5',
      { _class_name: 'UNet2DConditionModel', cross_attention_dim: 768 },
      sd15Unet,
      'Stable Diffusion 1.x',
    ],
    ['unet', 'SD 1.5 without its name', {}, sd15Unet, 'Stable Diffusion 1.x'],
    ['controlnet', 'the UNet', {}, svdUnet, 'the UNet of Stable Video Diffusion'],
    ['vae', 'an image VAE', {}, { 'encoder.conv_in.weight': [1], 'decoder.conv_in.weight': [1] }, 'images, not video'],
    ['image_encoder', 'a text encoder', { architectures: ['CLIPTextModel'] }, svdUnet, 'CLIPTextModel'],
  ]
  test.each(cases)('%s: %s', async (name, _what, config, shapes, said) => {
    await writeUnet(join(root, name), config, shapes)
    const opening = openModelFolder(root, name)
    await expect(opening).rejects.toMatchObject({ code: 'wrong-checkpoint' })
    await expect(opening).rejects.toThrow(said)
  })

  test.each([
    ['zero123', { 'cc_projection.weight': [768, 772] }, 8],
    ['sd15', {}, 4],
    ['sd-image-variations', { 'cond_stage_model.model.visual.class_embedding': [4] }, 4],
    ['sd-inpainting', {}, 9],
  ] as const)('a file of %s', async (known, more, channels) => {
    const path = join(root, 'model.safetensors')
    await write(path, { 'model.diffusion_model.input_blocks.0.0.weight': [4, channels, 1, 1], ...more })
    const checkpoint = await openCheckpoint(path)
    expect(recogniseModel(checkpoint)).toBe(known)
    expect(() => requireModel('coshand', checkpoint)).toThrow(/expected CosHand, found /)
  })

  test('CosHand itself passes', async () => {
    const path = join(root, 'model.safetensors')
    await write(path, {
      'model.diffusion_model.input_blocks.0.0.weight': [4, 16, 1, 1],
      'cc_projection.weight': [8, 8],
    })
    const checkpoint = await openCheckpoint(path)
    expect(recogniseModel(checkpoint)).toBe('coshand')
    expect(() => requireModel('coshand', checkpoint)).not.toThrow()
  })
})
