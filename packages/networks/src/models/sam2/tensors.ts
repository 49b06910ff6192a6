import type { Sam2Config } from './config.ts'

type Shapes = Record<string, readonly number[]>

/** Width of the decoder's feed-forward part, and of the hidden layers of its IoU head, whatever the size of the network. */
const DECODER_MLP = 2048
const IOU_HIDDEN = 256
const MASKS = 4

/** Every tensor of a checkpoint with its shape, as the original's strict loader wants them; some are read by nobody here. */
export function sam2Tensors(config: Sam2Config): Shapes {
  return { ...encoderTensors(config), ...memoryTensors(config), ...promptTensors(config), ...decoderTensors(config) }
}

function encoderTensors({ trunk, width }: Sam2Config): Shapes {
  const { channels, windows, background, stages } = trunk
  const name = 'image_encoder.trunk'
  const shapes: Shapes = {
    [`${name}.pos_embed`]: [1, channels, ...background],
    [`${name}.pos_embed_window`]: [1, channels, windows[0], windows[0]],
    ...affine(`${name}.patch_embed.proj`, [channels, 3, 7, 7]),
  }
  let block = 0
  let from = channels
  for (const [stage, count] of stages.entries()) {
    const to = channels * 2 ** stage
    for (let i = 0; i < count; i++) {
      const own = `${name}.blocks.${block++}`
      Object.assign(
        shapes,
        affine(`${own}.norm1`, [from]),
        affine(`${own}.attn.qkv`, [3 * to, from]),
        affine(`${own}.attn.proj`, [to, to]),
        affine(`${own}.norm2`, [to]),
        affine(`${own}.mlp.layers.0`, [4 * to, to]),
        affine(`${own}.mlp.layers.1`, [to, 4 * to]),
        from === to ? {} : affine(`${own}.proj`, [to, from]),
      )
      from = to
    }
    Object.assign(shapes, affine(`image_encoder.neck.convs.${3 - stage}.conv`, [width, to, 1, 1]))
  }
  return shapes
}

function memoryTensors({ width, memoryWidth, version, feedForward }: Sam2Config): Shapes {
  const shapes: Shapes = {
    maskmem_tpos_enc: [7, 1, 1, memoryWidth],
    no_mem_embed: [1, 1, width],
    no_mem_pos_enc: [1, 1, width],
    no_obj_ptr: [1, width],
    ...affine('mask_downsample', [1, 1, 4, 4]),
    ...affine('memory_attention.norm', [width]),
    ...affine('memory_encoder.pix_feat_proj', [width, width, 1, 1]),
    ...affine('memory_encoder.out_proj', [memoryWidth, width, 1, 1]),
    ...perceptron('obj_ptr_proj', [width, width, width, width]),
    ...(version === '2.0'
      ? {}
      : { no_obj_embed_spatial: [1, memoryWidth], ...affine('obj_ptr_tpos_proj', [memoryWidth, width]) }),
  }
  for (let layer = 0; layer < 4; layer++) {
    const name = `memory_attention.layers.${layer}`
    Object.assign(
      shapes,
      projections(`${name}.self_attn`, width, width, width),
      projections(`${name}.cross_attn_image`, width, width, memoryWidth),
      affine(`${name}.linear1`, [feedForward, width]),
      affine(`${name}.linear2`, [width, feedForward]),
    )
    for (const norm of ['norm1', 'norm2', 'norm3']) Object.assign(shapes, affine(`${name}.${norm}`, [width]))
  }
  const downsampler = 'memory_encoder.mask_downsampler.encoder'
  for (let step = 0; step < 4; step++) {
    Object.assign(shapes, affine(`${downsampler}.${3 * step}`, [4 ** (step + 1), 4 ** step, 3, 3]))
    Object.assign(shapes, affine(`${downsampler}.${3 * step + 1}`, [4 ** (step + 1)]))
  }
  Object.assign(shapes, affine(`${downsampler}.12`, [width, 256, 1, 1]))
  for (const layer of [0, 1]) {
    const name = `memory_encoder.fuser.layers.${layer}`
    Object.assign(
      shapes,
      { [`${name}.gamma`]: [width] },
      affine(`${name}.dwconv`, [width, 1, 7, 7]),
      affine(`${name}.norm`, [width]),
      affine(`${name}.pwconv1`, [4 * width, width]),
      affine(`${name}.pwconv2`, [width, 4 * width]),
    )
  }
  return shapes
}

function promptTensors({ width }: Sam2Config): Shapes {
  const name = 'sam_prompt_encoder'
  const shapes: Shapes = {
    [`${name}.pe_layer.positional_encoding_gaussian_matrix`]: [2, width / 2],
    [`${name}.not_a_point_embed.weight`]: [1, width],
    [`${name}.no_mask_embed.weight`]: [1, width],
    ...affine(`${name}.mask_downscaling.0`, [4, 1, 2, 2]),
    ...affine(`${name}.mask_downscaling.1`, [4]),
    ...affine(`${name}.mask_downscaling.3`, [16, 4, 2, 2]),
    ...affine(`${name}.mask_downscaling.4`, [16]),
    ...affine(`${name}.mask_downscaling.6`, [width, 16, 1, 1]),
  }
  for (let label = 0; label < 4; label++) shapes[`${name}.point_embeddings.${label}.weight`] = [1, width]
  return shapes
}

function decoderTensors({ width }: Sam2Config): Shapes {
  const name = 'sam_mask_decoder'
  const half = width / 2
  const shapes: Shapes = {
    [`${name}.iou_token.weight`]: [1, width],
    [`${name}.mask_tokens.weight`]: [MASKS, width],
    [`${name}.obj_score_token.weight`]: [1, width],
    ...projections(`${name}.transformer.final_attn_token_to_image`, width, half, width),
    ...affine(`${name}.transformer.norm_final_attn`, [width]),
    ...transposed(`${name}.output_upscaling.0`, width, width / 4),
    ...affine(`${name}.output_upscaling.1`, [width / 4]),
    ...transposed(`${name}.output_upscaling.3`, width / 4, width / 8),
    ...affine(`${name}.conv_s0`, [width / 8, width, 1, 1]),
    ...affine(`${name}.conv_s1`, [width / 4, width, 1, 1]),
    ...perceptron(`${name}.iou_prediction_head`, [width, IOU_HIDDEN, IOU_HIDDEN, MASKS]),
    ...perceptron(`${name}.pred_obj_score_head`, [width, width, width, 1]),
  }
  for (let mask = 0; mask < MASKS; mask++)
    Object.assign(shapes, perceptron(`${name}.output_hypernetworks_mlps.${mask}`, [width, width, width, width / 8]))
  for (const layer of [0, 1]) {
    const own = `${name}.transformer.layers.${layer}`
    Object.assign(
      shapes,
      projections(`${own}.self_attn`, width, width, width),
      projections(`${own}.cross_attn_token_to_image`, width, half, width),
      projections(`${own}.cross_attn_image_to_token`, width, half, width),
      affine(`${own}.mlp.layers.0`, [DECODER_MLP, width]),
      affine(`${own}.mlp.layers.1`, [width, DECODER_MLP]),
    )
    for (const norm of ['norm1', 'norm2', 'norm3', 'norm4']) Object.assign(shapes, affine(`${own}.${norm}`, [width]))
  }
  return shapes
}

/** Of an attention: queries of `width`, keys and values of `context`, `inner` in the middle. */
function projections(name: string, width: number, inner: number, context: number): Shapes {
  return {
    ...affine(`${name}.q_proj`, [inner, width]),
    ...affine(`${name}.k_proj`, [inner, context]),
    ...affine(`${name}.v_proj`, [inner, context]),
    ...affine(`${name}.out_proj`, [width, inner]),
  }
}

function perceptron(name: string, widths: readonly number[]): Shapes {
  return Object.assign(
    {},
    ...widths.slice(1).map((width, layer) => affine(`${name}.layers.${layer}`, [width, widths[layer]])),
  )
}

function affine(name: string, weight: readonly number[]): Shapes {
  return { [`${name}.weight`]: weight, [`${name}.bias`]: [weight[0]] }
}

/** Of a transposed convolution, which has its inputs first. */
function transposed(name: string, from: number, to: number): Shapes {
  return { [`${name}.weight`]: [from, to, 2, 2], [`${name}.bias`]: [to] }
}
