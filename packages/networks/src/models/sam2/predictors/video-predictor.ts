import type {
  FrameMasks,
  KeptIntegers,
  KeptTensor,
  MaskChoices,
  MaskFrame,
  MaskPrompt,
  MaskVideoPlan,
} from '../../../roles/mask-tracker.ts'
import type { Sam2Decoded, Sam2Features, Sam2Networks } from '../../../roles/sam2-networks.ts'
import { float32Data, type HostTensor } from '../../../session/session.ts'
import { networkError } from '../../../tracklets/network-error.ts'
import { encodeNoPrompt, encodePrompt } from './encode-prompt.ts'
import { fillHoles } from './fill-holes.ts'
import { type KeptOutput, keptOutputs } from './kept-outputs.ts'
import { MemoryBank, MOST_POINTERS } from './memory-bank.ts'
import { normaliseVideoFrame } from './normalise-frame.ts'
import { resizeLogits } from './resize-logits.ts'
import { type ObjectLogits, threshold } from './threshold.ts'
import { withoutOverlaps } from './without-overlaps.ts'
import { type DecodedMasks, type Selection, selectBest, selectStable } from './select-mask.ts'
import { floats, plusChannels, rowOf, stacked } from './tensors.ts'

/** The logit that the video predictor fills holes with. */
const FILLED = 0.1
/** The logits of an object that is not there. */
const ABSENT = -1024

/** What is said of one object on one frame. */
interface Output {
  /** `[S/4, S/4]` */
  readonly low: Float32Array
  readonly pointer: Float32Array
  readonly objectScore: number
  readonly iou: number
  readonly absent: boolean
}

interface ObjectState {
  readonly bank: MemoryBank
  /** By prompted frame. */
  readonly prompted: Map<number, Output>
}

/**
 * SAM 2's video predictor (facebookresearch/sam2 at 2b90b9f, sam2/sam2_video_predictor.py), which since December 2024 follows every object as if it were
 * alone. A frame is encoded once for all objects and once a pass.
 */
export class VideoPredictor {
  readonly #networks: Sam2Networks
  readonly #plan: MaskVideoPlan
  readonly #choices: MaskChoices
  readonly #states: ReadonlyMap<string, ObjectState>
  /** By object and frame; filled only where tensors are kept. */
  readonly #kept = new Map<string, Map<number, KeptOutput>>()

  constructor(networks: Sam2Networks, plan: MaskVideoPlan, choices: MaskChoices) {
    this.#networks = networks
    this.#plan = plan
    this.#choices = choices
    this.#states = new Map(
      plan.objects.map((object) => {
        const bank = new MemoryBank(plan.frames, Math.min(...plan.prompted[object]))
        return [object, { bank, prompted: new Map<number, Output>() }]
      }),
    )
  }

  async condition(frame: MaskFrame, prompts: readonly MaskPrompt[]): Promise<void> {
    const { imageSize, width } = this.#networks.config
    const features = await this.#encode(frame)
    const embed = plusChannels(features.s2, this.#networks.constants.noMem)
    for (const prompt of prompts) {
      const state = this.#stateOf(prompt.object)
      const sparse = encodePrompt(prompt, frame, imageSize, this.#networks.constants)
      // A single point may mean a part or the whole: then the best of three is taken, as on frames without a prompt.
      const points = sparse.length / width - 1
      const output = this.#filled(await this.#decode(features, embed, sparse, points > 1 ? selectStable : selectBest))
      const memory = await this.#remember(features, output, (logit) => (logit > 0 ? 1 : 0))
      state.prompted.set(frame.index, output)
      state.bank.addPrompted(frame.index, { map: memory, pointer: output.pointer })
      this.#keep(prompt.object, frame.index, { ...output, isPrompted: true, memory })
    }
  }

  async step(frame: MaskFrame, objects: readonly string[], direction: 1 | -1): Promise<FrameMasks> {
    let encoded: Promise<Sam2Features> | undefined
    const features = () => (encoded ??= this.#encode(frame))
    const found: ObjectLogits[] = []
    const ious: number[] = []
    for (const object of objects) {
      const known = this.#stateOf(object).prompted.get(frame.index)
      const output = known ?? (await this.#follow(object, frame.index, await features(), direction, ious))
      const side = this.#networks.config.imageSize / 4
      const logits = resizeLogits(output.low, { height: side, width: side }, frame)
      const { objectScore, iou, absent } = output
      found.push({ object, logits, objectScore, iou, absent, prompted: known !== undefined })
    }
    const { nonOverlapping = false, keep = false } = this.#choices
    const shown = nonOverlapping ? withoutOverlaps(found) : found
    const kept = keep ? { kept: { ious: { shape: [ious.length / 3, 3], data: Float32Array.from(ious) } } } : {}
    return { frame: frame.index, objects: shown.map((each) => threshold(each, keep)), ...kept }
  }

  /** `obj<i>.frames` and so on, i in the order of the plan's objects. */
  remembered(): Record<string, KeptTensor | KeptIntegers> {
    const { imageSize, memoryWidth } = this.#networks.config
    const all = this.#plan.objects.map((object, index) =>
      keptOutputs(`obj${index}`, this.#kept.get(object) ?? new Map(), { imageSize, memoryWidth }),
    )
    return Object.assign({}, ...all)
  }

  async #follow(
    object: string,
    frame: number,
    features: Sam2Features,
    direction: 1 | -1,
    ious: number[],
  ): Promise<Output> {
    const { width, memoryWidth, imageSize } = this.#networks.config
    const { bank } = this.#stateOf(object)
    const { maps, slots, pointers, distances } = bank.recall(frame, direction)
    if (pointers.length === 0) {
      const expected = 'a prompt or a followed frame before it on the way'
      throw networkError('bad-prompt', `object ${object} on frame ${frame}`, { expected, found: 'none' })
    }
    const farthest = Math.min(this.#plan.frames, MOST_POINTERS) - 1
    const cells = imageSize / 16
    const embed = await this.#networks.attend({
      s2: features.s2,
      maps: stacked(maps, [memoryWidth, cells, cells]),
      times: slots,
      pointers: stacked(pointers, [width]),
      distances: distances.map((distance) => distance / farthest),
    })
    const select = (decoded: DecodedMasks) => {
      ious.push(...decoded.iou.subarray(1))
      return selectBest(decoded)
    }
    const output = await this.#decode(features, embed, encodeNoPrompt(this.#networks.constants), select)
    const memory = await this.#remember(features, output, (logit) => 1 / (1 + Math.exp(-logit)))
    bank.addFollowed(frame, { map: memory, pointer: output.pointer }, direction)
    const filled = this.#filled(output)
    this.#keep(object, frame, { ...filled, isPrompted: false, memory })
    return filled
  }

  async #encode(frame: MaskFrame): Promise<Sam2Features> {
    const { imageSize } = this.#networks.config
    return this.#networks.encode(floats(normaliseVideoFrame(frame, imageSize), [1, 3, imageSize, imageSize]))
  }

  async #decode(
    { s1, s0 }: Sam2Features,
    embed: HostTensor,
    tokens: Float32Array,
    select: (decoded: DecodedMasks) => Selection,
  ): Promise<Output> {
    const { width, imageSize } = this.#networks.config
    const sparse = stacked([tokens], [tokens.length / width, width])
    const decoded: Sam2Decoded = await this.#networks.decode({ embed, s1, s0, sparse })
    const masks = rowOf(decoded.masks, 0)
    const { mask, pointer, iou } = select({ masks, iou: rowOf(decoded.iou, 0) })
    const objectScore = float32Data(decoded.objectScore)[0]
    const area = (imageSize / 4) ** 2
    if (!(objectScore > 0)) {
      const low = new Float32Array(area).fill(ABSENT)
      return { low, pointer: this.#networks.constants.noObjectPointer, objectScore, iou, absent: true }
    }
    const low = masks.slice(mask * area, (mask + 1) * area)
    const pointers = rowOf(decoded.pointers, 0)
    return { low, pointer: pointers.slice(pointer * width, (pointer + 1) * width), objectScore, iou, absent: false }
  }

  #filled(output: Output): Output {
    const side = this.#networks.config.imageSize / 4
    return { ...output, low: fillHoles(output.low, side, side, this.#choices.fillHoles, FILLED) }
  }

  async #remember({ s2 }: Sam2Features, { low, absent }: Output, share: (logit: number) => number) {
    const { imageSize } = this.#networks.config
    const side = imageSize / 4
    const logits = resizeLogits(low, { height: side, width: side }, { height: imageSize, width: imageSize })
    const mask = floats(logits.map(share), [1, 1, imageSize, imageSize])
    return float32Data(await this.#networks.remember({ s2, mask, absent }))
  }

  #stateOf(object: string): ObjectState {
    const state = this.#states.get(object)
    if (state !== undefined) return state
    const expected = `one of the objects ${this.#plan.objects.join(', ')}`
    throw networkError('bad-prompt', `object ${object}`, { expected, found: 'another' })
  }

  #keep(object: string, frame: number, output: KeptOutput): void {
    if (this.#choices.keep !== true) return
    const frames = this.#kept.get(object) ?? new Map<number, KeptOutput>()
    this.#kept.set(object, frames.set(frame, output))
  }
}
