import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openCheckpoint } from '../../../src/checkpoints/open-checkpoint.ts'
import { writeSafetensors } from '../../../src/checkpoints/formats/write-safetensors.ts'
import type { Checkpoint } from '../../../src/checkpoints/tensors/tensor-reference.ts'
import type { TensorValues } from '../../../src/checkpoints/tensors/tensor-values.ts'
import { clipVisionConfig } from '../../../src/models/clip-vision/config.ts'
import { type ImageEmbedderOptions, openImageEmbedder } from '../../../src/models/clip-vision/open.ts'
import { preprocessorNormalisation } from '../../../src/models/clip-vision/normalisation.ts'
import { huggingFaceTensors } from '../../../src/models/clip-vision/tensors.ts'
import { type ClipTower, huggingFaceTower, openaiTower } from '../../../src/models/clip-vision/tower.ts'
import { float32Data, type HostTensor } from '../../../src/session/session.ts'
import { formulaNumbers, formulaTensors } from '../../formula-weights.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { farthest } from '../runner-goldens.ts'
import { tiny, vitH } from './configs.ts'

// A head is 64 numbers wide here, as in OpenAI's towers; 3 × 3 patches.
const json = { ...tiny, hidden_size: 128, num_attention_heads: 2, image_size: 42, hidden_act: 'quick_gelu' }

test('the same weights under OpenAI’s names are the same tower', async () => {
  const tensors = formulaTensors(huggingFaceTensors(clipVisionConfig(json, 'config.json')))
  const tower = huggingFaceTower(await written(tensors), json)
  const other = openaiTower(await written(openaiOf(tensors, 'visual.')), { prefix: 'visual.' })
  expect(other.config).toEqual({ ...tower.config, projectionLayout: 'in-out' })
  expect(farthest(await embed(other), await embed(tower))).toBeLessThan(1e-5)
})

test('what the configuration says changes what comes out', async () => {
  const tensors = formulaTensors(huggingFaceTensors(clipVisionConfig(json, 'config.json')))
  const checkpoint = await written(tensors)
  const row = await embed(huggingFaceTower(checkpoint, json))
  for (const change of [{ num_attention_heads: 4 }, { hidden_act: 'gelu' }, { layer_norm_eps: 1e-2 }])
    expect(farthest(await embed(huggingFaceTower(checkpoint, { ...json, ...change })), row)).toBeGreaterThan(1e-4)
})

test('how the picture is prepared changes what comes out; float16 is near float32', async () => {
  const tower = huggingFaceTower(await written(formulaTensors(huggingFaceTensors(clipVisionConfig(json, 'c')))), json)
  const row = await embed(tower)
  const normalisation = preprocessorNormalisation({ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] }, 'c')
  expect(farthest(await embed(tower, { normalisation }), row)).toBeGreaterThan(1e-2)
  expect(farthest(await embed(tower, { resize: 'kornia-bicubic' }), row)).toBeGreaterThan(1e-2)
  expect(farthest(await embed(tower, { fusedAttention: false }), row)).toBeLessThan(1e-5)
  const apart = farthest(await embed(tower, { dtype: 'float16' }), row)
  expect(apart).toBeGreaterThan(0)
  expect(apart).toBeLessThan(0.05)
})

test('a head is a part of the graph', async () => {
  const tower = huggingFaceTower(await written(formulaTensors(huggingFaceTensors(clipVisionConfig(json, 'c')))), json)
  const row = await embed(tower)
  const twice = await embed(tower, { head: (graph, embedding) => graph.node('Add', [embedding, embedding]) })
  expect(twice.shape).toEqual([1, 24])
  expect(twice.data).toEqual(float32Data(row).map((value) => 2 * value))
})

test('numbers of positions that older versions wrote along are passed over; anything else is not', async () => {
  const tensors = formulaTensors(huggingFaceTensors(clipVisionConfig(json, 'config.json')))
  const ids = { shape: [1, 10], data: Float32Array.from({ length: 10 }, (_, i) => i) }
  const older = await written(new Map([...tensors, ['vision_model.embeddings.position_ids', ids]]))
  expect(huggingFaceTower(older, json).names).toEqual([...tensors.keys()])
  const stranger = await written(new Map([...tensors, ['text_model.logit_scale', ids]]))
  expect(() => huggingFaceTower(stranger, json)).toThrow('1 unexpected (text_model.logit_scale)')
})

test('another model’s configuration or tensors are refused by name', async () => {
  expect(() => clipVisionConfig({ _class_name: 'AutoencoderKL' }, 'c')).toThrow(
    'c: expected the configuration of a CLIP vision tower (model_type clip_vision_model), found that of AutoencoderKL',
  )
  expect(() => clipVisionConfig({ ...vitH, hidden_act: 'relu' }, 'c')).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  )
  expect(() => clipVisionConfig({ ...vitH, num_attention_heads: 15 }, 'c')).toThrow('found 15 and 1280')
  expect(() => clipVisionConfig({ ...vitH, image_size: 225 }, 'c')).toThrow('expected patch_size to divide image_size')
  const checkpoint = await written(formulaTensors(huggingFaceTensors(clipVisionConfig(json, 'config.json'))))
  expect(() => huggingFaceTower(checkpoint, { ...json, projection_dim: 32 })).toThrow(
    'visual_projection.weight: expected [32, 128], found [24, 128]',
  )
  expect(() => openaiTower(checkpoint)).toThrow('no tensor "conv1.weight"')
  const openai = await written(openaiOf(formulaTensors(huggingFaceTensors(clipVisionConfig(json, 'c'))), ''))
  expect(() => openaiTower(openai, { heads: 3 })).toThrow('a number of heads that divides 128, found 3')
})

test('anything but one picture is refused', async () => {
  const tower = huggingFaceTower(await written(formulaTensors(huggingFaceTensors(clipVisionConfig(json, 'c')))), json)
  const embedder = await openImageEmbedder(tower, { resize: 'kornia-bicubic' })
  for (const shape of [
    [2, 3, 8, 8],
    [1, 4, 8, 8],
    [3, 8, 8],
  ]) {
    const picture: HostTensor = { type: 'float32', data: new Float32Array(shape.reduce((a, b) => a * b)), shape }
    await expect(embedder.run(picture)).rejects.toMatchObject({ code: 'shape-mismatch' })
  }
  await embedder.close()
})

async function written(tensors: ReadonlyMap<string, TensorValues>): Promise<Checkpoint> {
  const file = join(await temporaryFolder(), 'tower.safetensors')
  await writeSafetensors(file, tensors)
  return openCheckpoint(file)
}

async function embed(tower: ClipTower, options: Partial<ImageEmbedderOptions> = {}): Promise<HostTensor> {
  const embedder = await openImageEmbedder(tower, { resize: 'diffusers-antialias', ...options })
  const data = Float32Array.from(formulaNumbers('picture', 3 * 50 * 70))
  const row = await embedder.run({ type: 'float32', data, shape: [1, 3, 50, 70] })
  await embedder.close()
  return row
}

/** A tower's tensors as OpenAI names and keeps them. */
function openaiOf(tensors: ReadonlyMap<string, TensorValues>, prefix: string): Map<string, TensorValues> {
  const of = (name: string): TensorValues => {
    const found = tensors.get(name)
    if (found === undefined) throw new Error(name)
    return found
  }
  const joined = (names: readonly string[]): TensorValues => {
    const parts = names.map(of)
    const [rows, ...others] = parts[0].shape
    return { shape: [3 * rows, ...others], data: Float32Array.from(parts.flatMap(({ data }) => [...data])) }
  }
  const vision = 'vision_model'
  const { shape, data } = of('visual_projection.weight')
  const [projection, hidden] = shape
  const proj = Float32Array.from(data, (_, i) => data[(i % projection) * hidden + Math.floor(i / projection)])
  const renamed: Record<string, TensorValues> = {
    class_embedding: of(`${vision}.embeddings.class_embedding`),
    positional_embedding: of(`${vision}.embeddings.position_embedding.weight`),
    'conv1.weight': of(`${vision}.embeddings.patch_embedding.weight`),
    proj: { shape: [hidden, projection], data: proj },
  }
  for (const part of ['weight', 'bias']) {
    renamed[`ln_pre.${part}`] = of(`${vision}.pre_layrnorm.${part}`)
    renamed[`ln_post.${part}`] = of(`${vision}.post_layernorm.${part}`)
    for (const layer of [0, 1]) {
      const [from, to] = [`${vision}.encoder.layers.${layer}`, `transformer.resblocks.${layer}`]
      renamed[`${to}.attn.in_proj_${part}`] = joined(['q', 'k', 'v'].map((p) => `${from}.self_attn.${p}_proj.${part}`))
      renamed[`${to}.attn.out_proj.${part}`] = of(`${from}.self_attn.out_proj.${part}`)
      renamed[`${to}.ln_1.${part}`] = of(`${from}.layer_norm1.${part}`)
      renamed[`${to}.ln_2.${part}`] = of(`${from}.layer_norm2.${part}`)
      renamed[`${to}.mlp.c_fc.${part}`] = of(`${from}.mlp.fc1.${part}`)
      renamed[`${to}.mlp.c_proj.${part}`] = of(`${from}.mlp.fc2.${part}`)
    }
  }
  return new Map(Object.entries(renamed).map(([name, values]) => [`${prefix}${name}`, values]))
}
