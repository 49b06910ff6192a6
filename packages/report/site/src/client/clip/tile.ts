// A video with what lies over it: its tracks, and what is to be said in place of its picture.
import type { TracksModel } from '../../../../src/site-model/site-model.ts'
import type { VideoTimes } from '../../../../src/media/video-facts.ts'
import { type FrameSource, type Shown, videoSource } from './frame-source.ts'
import { SourceError } from './source-error.ts'
import { frameTimes } from './frame-times.ts'
import { answerWords, problemWords } from './tile-words.ts'
import type { TracksView } from './overlay/tracks-canvas.ts'

/** What a tile shows, or says in place of it. */
export interface TileVideo {
  address: string
  times: VideoTimes | null
}

export class Tile {
  readonly figure: HTMLElement
  readonly source: FrameSource
  readonly #frames: number
  readonly #cover: HTMLElement
  readonly #layer: HTMLElement
  #tracks: TracksView | null = null
  readonly #tracksOn: () => boolean
  readonly #onShown: (() => void) | undefined

  /**
   * @param figure holds a `.screen` with the video element (in a `.layer`, where pictures are zoomed), and a caption
   * @param onShown called whenever the browser puts another frame of it on screen
   */
  constructor(figure: HTMLElement, video: TileVideo, frames: number, tracksOn: () => boolean, onShown?: () => void) {
    this.figure = figure
    this.#frames = frames
    this.#tracksOn = tracksOn
    const screen = figure.querySelector<HTMLElement>('.screen')!
    const element = screen.querySelector('video')!
    this.#layer = screen.querySelector<HTMLElement>('.layer') ?? screen
    this.#onShown = onShown
    this.#cover = document.createElement('p')
    this.#cover.className = 'cover'
    screen.append(this.#cover)
    this.#say('Loading…')
    this.source = videoSource({
      element,
      address: video.address,
      times: video.times === null ? null : frameTimes(video.times),
      frames,
      onShown: ({ frame }) => {
        figure.dataset.shown = String(frame)
        this.drawTracks()
        this.#onShown?.()
      },
    })
  }

  /** Whether it can be shown; what stands against it is said in its place. @throws the signal's reason */
  async load(signal: AbortSignal): Promise<boolean> {
    try {
      await this.source.load(signal)
      return true
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof SourceError)) throw error
      this.#say(problemWords(error.problem, location.protocol === 'file:'))
      return false
    }
  }

  setTracks(tracks: TracksView): void {
    if (this.#tracks !== null) return
    this.#tracks = tracks
    this.#layer.append(this.#tracks.canvas)
    this.drawTracks()
  }

  /** Null where there are none, or they have not come yet. */
  get tracks(): TracksModel | null {
    return this.#tracks?.tracks ?? null
  }

  /** Whether something stands in place of its picture. */
  get isCovered(): boolean {
    return !this.#cover.hidden
  }

  /** Takes note of what the video showed when it was asked for a frame. */
  answer(asked: number, shown: Shown): void {
    this.#say(answerWords(this.source, asked, shown, this.#frames))
    this.drawTracks()
  }

  /** At the frame that this video shows, whatever the others show. */
  drawTracks(): void {
    this.#tracks?.draw(this.#tracksOn() && !this.isCovered ? this.source.shown.frame : null)
  }

  #say(words: string): void {
    this.#cover.textContent = words
    this.#cover.hidden = words === ''
    this.figure.toggleAttribute('data-covered', words !== '')
  }
}
