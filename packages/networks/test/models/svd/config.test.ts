import { describe, expect, test } from 'vitest'

import { readInterdynConfig } from '../../../src/models/interdyn/config.ts'
import { readSvdConfig } from '../../../src/models/svd/config.ts'

/** As released for SVD img2vid (stabilityai/stable-video-diffusion-img2vid, unet/config.json). */
const released = {
  _class_name: 'UNetSpatioTemporalConditionModel',
  _diffusers_version: '0.24.0.dev0',
  addition_time_embed_dim: 256,
  block_out_channels: [320, 640, 1280, 1280],
  cross_attention_dim: 1024,
  down_block_types: [
    'CrossAttnDownBlockSpatioTemporal',
    'CrossAttnDownBlockSpatioTemporal',
    'CrossAttnDownBlockSpatioTemporal',
    'DownBlockSpatioTemporal',
  ],
  in_channels: 8,
  layers_per_block: 2,
  num_attention_heads: [5, 10, 20, 20],
  num_frames: 14,
  out_channels: 4,
  projection_class_embeddings_input_dim: 768,
  sample_size: 96,
  transformer_layers_per_block: 1,
  up_block_types: [
    'UpBlockSpatioTemporal',
    'CrossAttnUpBlockSpatioTemporal',
    'CrossAttnUpBlockSpatioTemporal',
    'CrossAttnUpBlockSpatioTemporal',
  ],
}
const read = (config: unknown) => readSvdConfig({ config, where: 'unet/config.json' }, 'svd-unet')

describe('the config of SVD’s UNet', () => {
  test('says heads and layers level by level', () => {
    const { levels, idSize } = read(released)
    expect(levels.map(({ heads }) => heads)).toEqual([5, 10, 20, 20])
    expect(levels.map(({ attends }) => attends)).toEqual([true, true, true, false])
    expect(levels.map(({ width }) => width)).toEqual([320, 640, 1280, 1280])
    expect(idSize).toBe(256)
    expect(read({ ...released, layers_per_block: [1, 2, 3, 2], num_attention_heads: 5 }).levels).toMatchObject([
      { layers: 1, heads: 5 },
      { layers: 2, heads: 5 },
      { layers: 3, heads: 5 },
      { layers: 2, heads: 5 },
    ])
  })

  test('without heads is refused: the class’s default is not what was released', () => {
    expect(() => read({ ...released, num_attention_heads: undefined })).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining('num_attention_heads') }),
    )
  })

  test.for([
    [
      'UNet2DConditionModel',
      { _class_name: 'UNet2DConditionModel', cross_attention_dim: 768, in_channels: 4 },
      'Stable Diffusion 1.x',
    ],
    ['AutoencoderKL', { _class_name: 'AutoencoderKL' }, 'Stable Diffusion'],
    ['a ControlNet', { _class_name: 'ControlNetSDVModel' }, 'ControlNet'],
  ] as const)('of %s is refused by name', ([, fields, name]) => {
    expect(() => read({ ...released, ...fields })).toThrow(
      expect.objectContaining({ code: 'wrong-checkpoint', message: expect.stringContaining(name) }),
    )
  })

  test.for([
    ['heads that do not divide the widths', { num_attention_heads: [5, 10, 20, 19] }],
    ['another number of heads than levels', { num_attention_heads: [5, 10, 20] }],
    ['another way up', { up_block_types: released.up_block_types.toReversed() }],
    ['contexts that differ', { cross_attention_dim: [1024, 1024, 768, 1024] }],
    ['ids of another size', { projection_class_embeddings_input_dim: 512 }],
    ['no room for the picture', { in_channels: 4 }],
  ] as const)('with %s is refused', ([, fields]) => {
    expect(() => read({ ...released, ...fields })).toThrow(expect.objectContaining({ code: 'wrong-checkpoint' }))
  })

  test('and that of its ControlNet must fit: heads may differ, widths not', () => {
    const branch = {
      ...released,
      _class_name: 'ControlNetSDVModel',
      num_frames: 25,
      num_attention_heads: [5, 10, 10, 20],
    }
    const both = (config: unknown) =>
      readInterdynConfig({ config: released, where: 'unet' }, { config, where: 'controlnet' })
    expect(both(branch).controlnet.levels.map(({ heads }) => heads)).toEqual([5, 10, 10, 20])
    expect(both(branch).controlnet.conditionWidths).toEqual([16, 32, 96, 256])
    expect(() => both({ ...branch, block_out_channels: [320, 640, 1280, 640] })).toThrow(
      expect.objectContaining({ code: 'wrong-checkpoint', found: expect.stringContaining('640 × 2') }),
    )
    expect(() => both({ ...branch, conditioning_embedding_out_channels: [16, 32, 96] })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    )
  })
})
