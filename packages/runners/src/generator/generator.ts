import type { Frames } from '@kinemetric/video'

/** What a built-in method may ask of one clip. Each part is read when it is asked for. */
export interface GeneratorInput {
  readonly clip: string
  /** how many frames the protocol wants, frame 0 included */
  readonly frameCount: number
  /** the reference as the protocol prepares it: uint8 [T, H, W, 3]. Honest generators take frame 0 only. */
  readonly reference: () => Promise<Frames>
  /** the path of a file that the dataset keeps beside the clip (the physics benchmark's scene), if there is one */
  readonly asset: (name: string) => string | undefined
}

/** A built-in method: frames [T, H, W, 3] for one clip. Throws when the clip lacks what it needs. */
export type Generator = (input: GeneratorInput) => Promise<Frames>
