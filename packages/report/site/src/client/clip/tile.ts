// A video with what lies over it: its tracks, and what is to be said in place of its picture.
import type { TracksModel } from '../../../../src/site-model/site-model.ts'
import type { VideoTimes } from '../../../../src/media/video-facts.ts'
import { type FrameSource, type Shown, SourceError, videoSource } from './frame-source.ts'
import { frameTimes } from './frame-times.ts'
import { answerWords, problemWords } from './tile-words.ts'
import { type TracksStyle, type TracksView, tracksView } from './tracks-canvas.ts'

export interface TileVideo {
  name: string
  address: string
  times: VideoTimes | null
  tracks: TracksModel | null
}

export class Tile {
  readonly figure: HTMLElement
  readonly source: FrameSource
  readonly #frames: number
  readonly #cover: HTMLElement
  readonly #tracks: TracksView | null
  readonly #tracksOn: () => boolean

  /** @param figure holds a `.screen` with the video element, and a caption */
  constructor(figure: HTMLElement, video: TileVideo, frames: number, style: TracksStyle, tracksOn: () => boolean) {
    this.figure = figure
    this.#frames = frames
    this.#tracksOn = tracksOn
    const screen = figure.querySelector<HTMLElement>('.screen')!
    const element = screen.querySelector('video')!
    this.#tracks = video.tracks === null ? null : tracksView(video.tracks, video.name, style)
    if (this.#tracks !== null) screen.append(this.#tracks.canvas)
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

  /** Takes note of what the video showed when it was asked for a frame. */
  answer(asked: number, shown: Shown): void {
    this.#say(answerWords(this.source, asked, shown, this.#frames))
    this.drawTracks()
  }

  /** At the frame that this video shows, whatever the others show. */
  drawTracks(): void {
    const covered = !this.#cover.hidden
    this.#tracks?.draw(this.#tracksOn() && !covered ? this.source.shown.frame : null)
  }

  #say(words: string): void {
    this.#cover.textContent = words
    this.#cover.hidden = words === ''
    this.figure.toggleAttribute('data-covered', words !== '')
  }
}
