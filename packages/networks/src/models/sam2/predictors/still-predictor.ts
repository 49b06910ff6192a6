import type { FrameMasks, KeptTensor, MaskChoices, MaskFrame, MaskPrompt } from '../../../roles/mask-tracker.ts'
import type { Sam2Features, Sam2Networks } from '../../../roles/sam2-networks.ts'
import { float32Data, type HostTensor } from '../../../session/session.ts'
import { encodePrompt } from './encode-prompt.ts'
import { fillHoles } from './fill-holes.ts'
import { normaliseStill } from './normalise-frame.ts'
import { resizeLogits } from './resize-logits.ts'
import { selectStable, type Selection } from './select-mask.ts'
import { type ObjectLogits, threshold } from './threshold.ts'
import { floats, plusChannels, rowOf, stacked } from './tensors.ts'

/** The logit that the image predictor fills holes with. */
const FILLED = 10
/** Masks that the image predictor hands out at its own size are cut to this. */
const LARGEST_LOGIT = 32

interface Decoded {
  readonly masks: Float32Array
  readonly iou: Float32Array
  readonly objectScore: number
  readonly selection: Selection
  readonly low: Float32Array
  readonly mask: ObjectLogits
}

/**
 * SAM 2's image predictor with one mask a prompt (facebookresearch/sam2 at 2b90b9f, sam2/sam2_image_predictor.py, `multimask_output=False`): a frame by
 * itself. Whether the object is there at all is not asked. Several prompts are as many calls over one encoded frame.
 */
export async function predictStill(
  networks: Sam2Networks,
  frame: MaskFrame,
  prompts: readonly MaskPrompt[],
  { fillHoles: area, keep = false }: MaskChoices,
): Promise<FrameMasks> {
  const { imageSize, width } = networks.config
  const input = floats(normaliseStill(frame, imageSize), [1, 3, imageSize, imageSize])
  const features = await networks.encode(input, keep)
  const embed = plusChannels(features.s2, networks.constants.noMem)
  const found: Decoded[] = []
  for (const prompt of prompts) {
    const tokens = encodePrompt(prompt, frame, imageSize, networks.constants)
    const sparse = stacked([tokens], [tokens.length / width, width])
    const decoded = await networks.decode({ embed, s1: features.s1, s0: features.s0, sparse })
    const masks = rowOf(decoded.masks, 0)
    const iou = rowOf(decoded.iou, 0)
    const selection = selectStable({ masks, iou })
    const side = imageSize / 4
    const low = masks.subarray(selection.mask * side * side, (selection.mask + 1) * side * side)
    const filled = fillHoles(low, side, side, area, FILLED)
    const logits = resizeLogits(filled, { height: side, width: side }, frame)
    const objectScore = float32Data(decoded.objectScore)[0]
    const { object } = prompt
    const mask = { object, logits, objectScore, iou: selection.iou, absent: false, prompted: true }
    found.push({ masks, iou, objectScore, selection, low, mask })
  }
  const kept = keep ? { kept: keptOf(input, features, embed, found, frame) } : {}
  return { frame: frame.index, objects: found.map(({ mask }) => threshold(mask, keep)), ...kept }
}

/** What a dump holds of a frame, a row a prompt. */
function keptOf(
  input: HostTensor,
  { s0, s1, s2, trunk = [] }: Sam2Features,
  embed: HostTensor,
  found: readonly Decoded[],
  { height, width }: MaskFrame,
): Record<string, KeptTensor> {
  const side = s0.shape[2]
  const row = (of: (decoded: Decoded) => number) => floats(Float32Array.from(found, of), [found.length, 1])
  const rows = (of: (decoded: Decoded) => Float32Array, shape: readonly number[]) => stacked(found.map(of), shape)
  const tensors = {
    'img.input': input,
    ...Object.fromEntries(trunk.map((stage, index) => [`img.trunk.${index}`, stage])),
    'img.neck.2': s2,
    'img.conv_s0': s0,
    'img.conv_s1': s1,
    'img.embed': embed,
    'img.all_masks': rows(({ masks }) => masks, [4, side, side]),
    'img.all_iou': rows(({ iou }) => iou, [4]),
    'img.iou': row(({ selection }) => selection.iou),
    'img.object_score': row(({ objectScore }) => objectScore),
    'img.stability': row(({ selection }) => selection.stability),
    'img.low': rows(({ low }) => low.map(cut), [1, side, side]),
    'img.logits': rows(({ mask }) => mask.logits, [1, height, width]),
  }
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, { shape: tensor.shape, data: float32Data(tensor) }]),
  )
}

function cut(logit: number): number {
  return Math.min(LARGEST_LOGIT, Math.max(-LARGEST_LOGIT, logit))
}
