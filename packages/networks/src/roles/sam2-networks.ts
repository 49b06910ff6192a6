import type { HostTensor } from '../session/session.ts'

/** The four sizes of the published files, and `reduced` for a network of one's own sizes. */
export type Sam2Variant = 'tiny' | 'small' | 'base-plus' | 'large' | 'reduced'

/** What a host has to know of a SAM 2 network. Sizes in pixels of the network's square picture, or numbers a token. */
export interface Sam2Shape {
  readonly variant: Sam2Variant
  /** 2.1 marks absent objects in the memory and tells pointers their distance in time; 2.0 does neither. */
  readonly version: '2.0' | '2.1'
  /** S: side of the picture that the network sees, 1024 for the published files. */
  readonly imageSize: number
  /** C: numbers a token, 256. */
  readonly width: number
  /** M: channels of a memory map, 64. */
  readonly memoryWidth: number
}

/** Small tensors that the host computes with, row-major float32. */
export interface Sam2Constants {
  /** `[2, C/2]`: what coordinates in [−1, 1] are multiplied by before sine and cosine. */
  readonly promptMatrix: Float32Array
  /** Four of `[C]`, by label: 0 outside, 1 inside, 2 top left and 3 bottom right of a box. */
  readonly pointEmbeddings: readonly Float32Array[]
  /** `[C]`: the whole token of a point with label −1. */
  readonly notAPoint: Float32Array
  /** `[C]`: added to every place of s2 where a frame is decoded without memory. */
  readonly noMem: Float32Array
  /** `[C]`: the pointer of an object that is not in the frame. */
  readonly noObjectPointer: Float32Array
}

/** A frame's features. */
export interface Sam2Features {
  /** `[1, C, S/16, S/16]`, raw: without `noMem`. */
  readonly s2: HostTensor
  /** `[1, C/4, S/8, S/8]` */
  readonly s1: HostTensor
  /** `[1, C/8, S/4, S/4]` */
  readonly s0: HostTensor
  /** Where asked for: what the four stages of the trunk give, `[1, channels, S/4 … S/32, S/4 … S/32]`. */
  readonly trunk?: readonly HostTensor[] | undefined
}

/** What the decoder is given: one frame, N prompts. */
export interface Sam2DecodeFeeds {
  /** `[1, C, S/16, S/16]`: s2 + `noMem`, or what `attend` gives. */
  readonly embed: HostTensor
  readonly s1: HostTensor
  readonly s0: HostTensor
  /** `[N, tokens, C]`: points of the prompts, the padding among them. */
  readonly sparse: HostTensor
}

/** All that the decoder says, before anything is chosen. */
export interface Sam2Decoded {
  /** Logits `[N, 4, S/4, S/4]`: the single mask, then the three of an ambiguous prompt. */
  readonly masks: HostTensor
  /** `[N, 4]`, in [0, 1]. */
  readonly iou: HostTensor
  /** Logits `[N]`; the object is in the frame above 0. */
  readonly objectScore: HostTensor
  /** `[N, 4, C]`: the pointer that each mask's token would give. */
  readonly pointers: HostTensor
  /** Where asked for: `[N, 4, C]`. */
  readonly maskTokens?: HostTensor | undefined
}

/** What a frame is looked at with: n ≥ 1 maps, p ≥ 0 pointers; their order within does not matter. */
export interface Sam2MemoryFeeds {
  /** Raw, `[1, C, S/16, S/16]`. */
  readonly s2: HostTensor
  /** `[n, M, S/16, S/16]`, as `remember` gives them. */
  readonly maps: HostTensor
  /** Of each map its place in time, 0 to 6: 6 for prompted frames, r − 1 for the r-th before. */
  readonly times: readonly number[]
  /** `[p, C]`; p may be 0. */
  readonly pointers: HostTensor
  /** Of each pointer its distance in frames divided by min(T, 16) − 1, T being the video's length. Not read by 2.0. */
  readonly distances: readonly number[]
}

export interface Sam2MaskFeeds {
  /** Raw, `[1, C, S/16, S/16]`. */
  readonly s2: HostTensor
  /** `[1, 1, S, S]` in [0, 1]: probabilities, or 0 and 1. */
  readonly mask: HostTensor
  /** Whether the object is not in the frame (its score is not above 0). */
  readonly absent: boolean
}

/**
 * The parts of SAM 2 (Ravi et al., SAM 2: Segment Anything in Images and Videos, 2024; facebookresearch/sam2) as functions of tensors. What is chosen, kept and filled between
 * them is the host's. All throw KinemetricError: `shape-mismatch` for other shapes, `closed`, `out-of-memory`, `run-failed`.
 */
export interface Sam2Networks {
  /** sha256 over the weights' tensors: for signatures. */
  readonly digest: string
  readonly config: Sam2Shape
  readonly constants: Sam2Constants
  /**
   * @param input float32 `[1, 3, S, S]`, normalised by mean and deviation
   * @param inspect whether the trunk's stages are wanted too. Default false
   */
  encode(input: HostTensor, inspect?: boolean): Promise<Sam2Features>
  /** @param inspect whether the mask tokens are wanted too. Default false */
  decode(feeds: Sam2DecodeFeeds, inspect?: boolean): Promise<Sam2Decoded>
  /** The features of a frame in the light of its memory: `[1, C, S/16, S/16]`, in place of s2 + `noMem`. */
  attend(feeds: Sam2MemoryFeeds): Promise<HostTensor>
  /** The memory of a mask: `[M, S/16, S/16]`, rounded to bfloat16 as the original stores it. */
  remember(feeds: Sam2MaskFeeds): Promise<HostTensor>
  close(): Promise<void>
}
