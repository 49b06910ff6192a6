import { expect, test } from 'vitest'

import { diffusersAutoencoder, ldmAutoencoder } from '../../../src/models/autoencoder/autoencoder.ts'
import { diffusersAutoencoderConfig, ldmAutoencoderConfig } from '../../../src/models/autoencoder/config.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { framesJson, ldmDdconfig, temporalJson } from './configs.ts'
import { formulaAutoencoder } from './formula.ts'

const widths = [32, 64]

test('another model’s configuration is refused by name', () => {
  expect(() => diffusersAutoencoderConfig({ _class_name: 'UNetSpatioTemporalConditionModel' }, 'c')).toThrow(
    'c: expected the configuration of AutoencoderKLTemporalDecoder or AutoencoderKL, found that of UNetSpatioTemporalConditionModel',
  )
  expect(() => diffusersAutoencoderConfig(framesJson(widths), 'c', 'temporal')).toThrow(
    'c: expected the configuration of AutoencoderKLTemporalDecoder, found that of AutoencoderKL',
  )
  expect(() => diffusersAutoencoderConfig({ model_type: 'clip_vision_model' }, 'c')).toThrow(
    'found that of clip_vision_model',
  )
})

test('what it would compute otherwise is refused', () => {
  refused({ shift_factor: 0.1 })
  refused({ act_fn: 'relu' })
  refused({ mid_block_add_attention: false })
  refused({ in_channels: 1 })
  refused({ block_out_channels: [] })
  refused({ layers_per_block: 0 })
  expect(() => ldmAutoencoderConfig({ ...ldmDdconfig(32, [1, 2]), attn_resolutions: [16] }, 1, 'c')).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  )
  expect(() => diffusersAutoencoderConfig(temporalJson([32, 48]), 'c')).toThrow(
    'widths that 32 groups divide, found 48',
  )
})

test('convolutions between the halves are those that the configuration names', () => {
  const json = { ...framesJson(widths), use_quant_conv: false, use_post_quant_conv: false, scaling_factor: 0.13 }
  const config = diffusersAutoencoderConfig(json, 'c')
  expect(config).toMatchObject({ quantConv: false, postQuantConv: false, scalingFactor: 0.13 })
})

test('tensors of another network, or of another size, are refused by name', async () => {
  const folder = await temporaryFolder()
  const frames = await formulaAutoencoder(folder, framesJson(widths))
  expect(() => diffusersAutoencoder(frames, temporalJson(widths))).toThrow(
    /missing \(decoder\.mid_block\.resnets\.0\.spatial_res_block.*unexpected \(/s,
  )
  expect(() => diffusersAutoencoder(frames, framesJson([32, 32]))).toThrow(
    /mis-shaped \(encoder\.down_blocks\.1\.resnets\.0\.conv1\.weight: expected \[32, 32, 3, 3\], found \[64, 32, 3, 3\]/,
  )
  const options = { ddconfig: ldmDdconfig(32, [1, 2]), scalingFactor: 1, where: 'config.yaml' }
  expect(() => ldmAutoencoder(frames, options)).toThrow(/missing \(first_stage_model\.encoder\.conv_in\.weight/)
})

function refused(change: object): void {
  expect(() => diffusersAutoencoderConfig({ ...framesJson(widths), ...change }, 'c')).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  )
}
