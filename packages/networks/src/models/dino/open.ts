import { requireModel } from '../../checkpoints/known-models.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { imageChoice } from '../vision-transformer/choice.ts'
import { openImageExtractor } from '../vision-transformer/extractor.ts'
import { dinoModel, dinoShape } from './checkpoint.ts'
import { dinoPreprocessings, dinov2Preprocessings } from './preprocess.ts'

/** Numbers a token of the sizes of DINOv2 that are cards, by their id. */
const dinov2Widths = { 'dinov2-vits14': 384, 'dinov2-vitb14': 768, 'dinov2-vitl14': 1024 } as const
export type Dinov2Id = keyof typeof dinov2Widths

/**
 * DINOv2 of one size as a card asks for it: preprocessings `dgm-eval`, `dgm-eval-clean`, `torch-fidelity`; setting `heads`. A row is the class token behind the last norm
 * (`x_norm_clstoken`).
 * @throws KinemetricError `wrong-checkpoint` for one of another size
 */
export function openAskedDinov2(id: Dinov2Id): NetworkOpener<'features'> {
  return async ({ network }, choice, run) => {
    const { preprocessing, heads } = imageChoice(id, choice, dinov2Preprocessings)
    const model = dinoModel(network, 'dinov2', id, heads)
    const found = dinov2Of(network)
    if (found !== id && model.dimension === dinov2Widths[found])
      throw networkError('wrong-checkpoint', network.path, { expected: `one of ${id}`, found: `that of ${found}` })
    return openImageExtractor(model, preprocessing, run)
  }
}

/** DINO ViT-B/16 as its card asks for it: preprocessing `vbench`; setting `heads`. A row is the class token behind the last norm. */
export const openAskedDino: NetworkOpener<'features'> = async ({ network }, choice, run) => {
  const id = 'dino-vitb16'
  const { preprocessing, heads } = imageChoice(id, choice, dinoPreprocessings)
  return openImageExtractor(dinoModel(network, 'dino', id, heads), preprocessing, run)
}

/**
 * The network that a checkpoint of DINOv2 is, by its width; of one of another width the largest.
 * @throws KinemetricError `wrong-checkpoint` for another model's, by name; `wrong-tensors`
 */
export function dinov2Of(checkpoint: Checkpoint): Dinov2Id {
  requireModel('dinov2', checkpoint)
  const { width } = dinoShape(checkpoint)
  const ids = ['dinov2-vits14', 'dinov2-vitb14', 'dinov2-vitl14'] as const
  return ids.find((id) => dinov2Widths[id] === width) ?? 'dinov2-vitl14'
}
