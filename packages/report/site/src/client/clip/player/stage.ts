// The pictures of a player: a tile a side, how they lie beside or over each other, and what lies over them.
import { swatch } from '../../../../../src/charts/method-style.ts'
import { element, type Markup } from '../../../../../src/markup/element.ts'
import type { TracksModel } from '../../../../../src/site-model/site-model.ts'
import { askedPart } from '../../page/asked-part.ts'
import { toDom } from '../../page/to-dom.ts'
import type { Lockstep } from '../lockstep.ts'
import { Tile } from '../tile.ts'
import type { TracksStyle } from '../overlay/tracks-canvas.ts'
import type { Overlays } from '../overlay/overlays.ts'
import type { PlayerClip, PlayerSide } from './player-clip.ts'
import { type PlayerState, pairOf } from './player-state.ts'

/** Fetches at once: more would make the first picture wait for the last. */
const mostLoads = 4

export class Stage {
  readonly element: HTMLElement
  readonly tiles = new Map<string, Tile>()
  readonly #clip: PlayerClip
  readonly #lockstep: Lockstep
  readonly #signal: AbortSignal
  readonly #names: HTMLElement
  readonly #figures = new Map<string, HTMLElement>()
  readonly style: TracksStyle = { every: 4, chosen: null }
  #state: PlayerState
  #overlays: Overlays | null = null
  #tracks: ReadonlyMap<string, TracksModel> | null = null
  readonly #onTrouble: (error: unknown) => void
  #waiting: (() => Promise<void>)[] = []
  #loads = 0

  /** @param onTrouble told what lies over pictures and could not be had */
  constructor(
    clip: PlayerClip,
    state: PlayerState,
    lockstep: Lockstep,
    signal: AbortSignal,
    onTrouble: (error: unknown) => void,
  ) {
    this.#onTrouble = onTrouble
    this.#clip = clip
    this.#state = state
    this.#lockstep = lockstep
    this.#signal = signal
    const markup = element(
      'div',
      { class: 'stage' },
      element('div', { class: 'pair-names', hidden: true }, element('span', {}), element('span', {})),
      element('div', { class: 'gain', hidden: true }),
    )
    const node = toDom(markup)
    if (!(node instanceof HTMLElement)) throw new TypeError('expected an element of HTML')
    this.element = node
    this.#names = node.querySelector('.pair-names')!
    signal.addEventListener('abort', () => {
      for (const tile of this.tiles.values()) tile.source.close()
    })
  }

  /** Shows the tiles and the view of a state. */
  update(state: PlayerState): void {
    this.#state = state
    const wanted = ['reference', ...state.tiles].flatMap(
      (key) => this.#clip.sides.find((side) => side.key === key) ?? [],
    )
    for (const key of this.#figures.keys()) if (!wanted.some((side) => side.key === key)) this.#remove(key)
    for (const [at, side] of wanted.entries()) {
      // A new one comes before those that follow it, so that it is read where it is seen; those that are there stay: a video that is moved stops.
      const after = wanted.slice(at + 1).flatMap(({ key }) => this.#figures.get(key) ?? [])
      const figure = this.#figures.get(side.key) ?? this.#add(side, after[0] ?? null)
      figure.style.order = String(at)
    }
    this.#lay(state)
    this.style.every = state.on.has('points') ? 1 : 4
    if (state.on.has('tracks') || state.on.has('control')) void this.#loadOverlays().catch(this.#onTrouble)
    this.redraw()
  }

  /** Draws what lies over the pictures anew. */
  redraw(): void {
    for (const tile of this.tiles.values()) tile.drawTracks()
    const control = this.tiles.get('control')
    for (const [key, tile] of this.tiles)
      if (key !== 'control')
        this.#overlays?.controlOverlay(tile, this.#state.on.has('control') ? (control ?? null) : null)
  }

  /** Writes a side's value of the frame under its picture; '' for none. */
  caption(key: string, words: string): void {
    const place = this.#figures.get(key)?.querySelector('.value')
    if (place) place.textContent = words
  }

  /** Frames of each video, null where it is not known or has not come. */
  get lengths(): (number | null)[] {
    return [...this.tiles.values()].map(({ source }) => source.times?.frames ?? null)
  }

  /** How pictures lie: side by side, or two over each other. All by style, on the same elements. */
  #lay(state: PlayerState): void {
    const { view, wipe, gain, zoom } = state
    const pair = view === 'side' ? null : pairOf(state.tiles)
    const { style, dataset } = this.element
    dataset.view = pair === null ? 'side' : view
    style.setProperty('--wipe', `${wipe}%`)
    style.setProperty('--gain', String(gain))
    style.setProperty('--zoom', String(zoom.times))
    style.setProperty('--zoom-x', `${zoom.x}%`)
    style.setProperty('--zoom-y', `${zoom.y}%`)
    dataset.zoomed = String(zoom.times > 1)
    this.element.querySelector<HTMLElement>('.gain')!.hidden = pair === null || view !== 'difference'
    for (const [key, figure] of this.#figures) {
      if (pair !== null && (key === pair.left || key === pair.right))
        figure.dataset.pair = key === pair.left ? 'left' : 'right'
      else delete figure.dataset.pair
    }
    const nameOf = (side: string) => this.#clip.sides.find(({ key }) => key === side)?.name ?? ''
    this.#names.hidden = pair === null
    for (const [at, place] of [...this.#names.children].entries())
      place.textContent = pair === null ? '' : nameOf(at === 0 ? pair.left : pair.right)
  }

  #add(side: PlayerSide, before: Node | null): HTMLElement {
    const [height, width] = side.video?.facts
      ? [side.video.facts.height, side.video.facts.width]
      : (this.#clip.size ?? [undefined, undefined])
    const node = toDom(
      element(
        'figure',
        { 'data-side': side.key, 'data-series': side.series },
        element(
          'div',
          { class: 'screen' },
          side.video === null
            ? element('p', { class: 'cover empty' }, side.why)
            : element(
                'div',
                { class: 'layer' },
                element('video', { 'aria-label': `${side.name}, clip ${this.#clip.id}`, width, height }),
              ),
        ),
        element(
          'figcaption',
          {},
          side.series > 0 && swatch(side.series),
          element('span', { class: 'name' }, side.name),
          side.trivial && element('span', { class: 'tag' }, 'trivial'),
          lengthTag(side, this.#clip.frames),
          element('span', { class: 'value' }),
        ),
      ),
    )
    if (!(node instanceof HTMLElement)) throw new TypeError('expected an element of HTML')
    if (side.video === null && width !== undefined)
      node.querySelector<HTMLElement>('.screen')!.style.aspectRatio = `${width} / ${height}`
    this.#figures.set(side.key, node)
    this.element.insertBefore(node, before)
    if (side.video !== null) this.#load(side, side.video, node)
    return node
  }

  #load(side: PlayerSide, video: NonNullable<PlayerSide['video']>, figure: HTMLElement): void {
    const tile = new Tile(
      figure,
      {
        address: video.address,
        times: video.facts?.times ?? null,
      },
      this.#clip.frames,
      () => this.#state.on.has('tracks'),
    )
    this.tiles.set(side.key, tile)
    this.#giveTracks(side.key)
    this.#waiting.push(async () => {
      if (this.tiles.get(side.key) !== tile) return
      if (!(await tile.load(this.#signal))) return
      // Taken away while it came.
      if (this.tiles.get(side.key) === tile) await this.#lockstep.add(tile.source)
    })
    this.#next()
  }

  #next(): void {
    if (this.#loads >= mostLoads) return
    const load = this.#waiting.shift()
    if (load === undefined) return
    this.#loads++
    void load()
      .catch((error: unknown) => {
        if (!this.#signal.aborted) throw error
      })
      .finally(() => {
        this.#loads--
        this.#next()
      })
  }

  #remove(key: string): void {
    const tile = this.tiles.get(key)
    this.tiles.delete(key)
    if (tile !== undefined) {
      this.#lockstep.remove(tile.source)
      tile.source.close()
    }
    this.#figures.get(key)?.remove()
    this.#figures.delete(key)
  }

  async #loadOverlays(): Promise<void> {
    this.#overlays ??= await askedPart('overlays')
    if (this.#tracks === null && this.#state.on.has('tracks')) {
      // Asked for once; what failed may be asked for again.
      this.#tracks = new Map()
      try {
        this.#tracks = await this.#clip.loadTracks()
      } catch (error) {
        this.#tracks = null
        throw error
      }
      for (const key of this.tiles.keys()) this.#giveTracks(key)
    }
    this.redraw()
  }

  #giveTracks(key: string): void {
    const tracks = this.#tracks?.get(key)
    const name = this.#clip.sides.find((side) => side.key === key)?.name ?? key
    if (tracks !== undefined && this.#overlays !== null)
      this.tiles.get(key)?.setTracks(this.#overlays.tracksView(tracks, name, this.style))
  }
}

/** Said of a video that has more or fewer frames than the clip. */
function lengthTag({ video }: PlayerSide, frames: number): Markup | false {
  const times = video?.facts?.times
  if (times === undefined) return false
  const has = 'fps' in times ? times.frames : times.starts.length
  return has !== frames && element('span', { class: 'tag' }, `${has} frames, the clip has ${frames}`)
}
