import { countOf, hashBytes, hashFolder, jsonLine } from '@kinemetric/files'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import { type FrameSource, videoSource } from '../frame-source.ts'

/** A folder of frames and how many of them are a second. */
export interface FramesAtRate {
  readonly path: string
  readonly fps: number
}

/** A folder of frames whose rate somebody says: pictures have none of their own. */
export function framesAtRate(of: FramesAtRate): FrameSource {
  const { path, fps } = of
  return {
    ...videoSource(path),
    digest: async () => hashBytes(jsonLine([await hashFolder(path), fps])),
    portable: { kind: 'frames-at-rate', data: of },
    rate: async () => fps,
  }
}

/** At which rates the folders of frames of a dataset are taken, and what has to be said of that. */
export class FrameRates {
  readonly #usual: number | undefined
  readonly #wanted: number | null
  #isUsed = false
  #clips = 0
  #unrated = 0
  #rated = 0

  /**
   * @param usual of every folder of which no row says another, frames a second
   * @param wanted the protocol's rate; null where it takes every n-th frame, whatever the rate
   */
  constructor(usual: number | undefined, wanted: number | null) {
    this.#usual = usual
    this.#wanted = wanted
  }

  /** The frames of a folder. @param own what its row says, frames a second */
  folder(path: string, own: number | undefined): FrameSource {
    if (own === undefined && this.#usual !== undefined) this.#isUsed = true
    const fps = own ?? this.#usual
    if (fps === undefined) this.#unrated++
    return fps === undefined ? videoSource(path) : framesAtRate({ path, fps })
  }

  /** Counts a clip. @param needless whether a row says a rate of what says its own */
  count(needless: boolean): void {
    this.#clips++
    if (needless) this.#rated++
  }

  /** @throws KinemetricError `bad-option` where a rate was given and there is no folder of frames that it is of */
  requireUsed(): void {
    if (this.#usual === undefined || this.#isUsed) return
    throw benchmarkError('bad-option', '--fps', {
      expected: 'folders of frames, of which nothing else says the rate',
      found: 'none: videos say theirs themselves',
    })
  }

  /** In words, what was assumed, and what was not needed. */
  notes(): string[] {
    const [assumed, needless] = [this.#unrated, this.#rated]
    const notes: string[] = []
    if (assumed > 0 && this.#wanted !== null)
      notes.push(
        `${assumed} of ${this.#clips} clips are folders of frames, and nothing says their rate: their frames are taken as at the protocol's ${this.#wanted} a second (prepare folder takes another by --fps, or by a column fps of --clips)`,
      )
    if (needless > 0) notes.push(`fps of ${countOf(needless, 'row')} passed over (their videos say it themselves)`)
    return notes
  }
}
