import { centreCropOffset, halfPixelBicubic } from '@kinemetric/video'
import { requireModel } from '../../checkpoints/known-models.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { imageChoice } from '../vision-transformer/choice.ts'
import { type ImageModel, openImageExtractor } from '../vision-transformer/extractor.ts'
import { type ImagePreprocessing, shorterSideSize } from '../vision-transformer/preprocess.ts'
import { clipTransformer } from './graph.ts'
import { clipNormalisation } from './normalisation.ts'
import { openaiTower } from './tower.ts'

const id = 'clip-vitb32'
const side = 224

/** How frames become the input of CLIP's tower. */
export const clipPreprocessings = {
  // Vchitect/VBench 45e79ec, background consistency: the shorter side to 224 by torch's bicubic without antialiasing, of floats, neither rounded nor clipped; centre crop.
  vbench: {
    resize(frames) {
      const [height, width] = shorterSideSize(frames.shape[1], frames.shape[2], side)
      const { top, left } = centreCropOffset(height, width, side, side)
      const resized = halfPixelBicubic(frames, height, width)
      return resized.lo(0, top, left, 0).hi(frames.shape[0], side, side, 3)
    },
    normalisation: clipNormalisation,
  },
} as const satisfies Record<string, ImagePreprocessing>

/**
 * CLIP ViT-B/32's image tower as its card asks for it, of OpenAI's archive or of its tensors in another container: preprocessing `vbench`; setting `heads`. A row is the
 * projected embedding, of any length.
 */
export const openAskedClip: NetworkOpener<'features'> = async ({ network }, choice, run) => {
  const { preprocessing, heads } = imageChoice(id, choice, clipPreprocessings)
  return openImageExtractor(clipModel(network, heads), preprocessing, run)
}

/**
 * The image tower of a CLIP that OpenAI published, whose text tower is left alone.
 * @param heads default: one for every 64 numbers; the file does not say
 * @throws KinemetricError `wrong-checkpoint` for another model's, by name; `wrong-tensors`; `bad-option` where heads have to be given
 */
export function clipModel(checkpoint: Checkpoint, heads?: number): ImageModel {
  requireModel('clip-openai', checkpoint)
  const prefix = checkpoint.tensors.has('visual.class_embedding') ? 'visual.' : ''
  const { config, tensor, names } = openaiTower(checkpoint, { prefix, heads })
  const embeddings = 'vision_model.embeddings'
  return {
    network: id,
    checkpoint,
    transformer: clipTransformer(config),
    tensor,
    names,
    positions: {
      classToken: tensor(`${embeddings}.class_embedding`),
      positions: tensor(`${embeddings}.position_embedding.weight`),
    },
    sizes: 'trained',
    dimension: config.projection,
  }
}
