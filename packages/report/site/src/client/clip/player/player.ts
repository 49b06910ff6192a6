// The player of a clip. What it names is what is on screen: label, captions, curve and values move when the frame is shown, not when it is asked for.
import { element } from '../../../../../src/markup/element.ts'
import { askedPart } from '../../page/asked-part.ts'
import { toDom } from '../../page/to-dom.ts'
import { DataError } from '../../data/load-data.ts'
import { Lockstep, type LockstepState } from '../lockstep.ts'
import { frameWords } from '../tile-words.ts'
import { sideChips, playbackBar, settingsBar } from './controls.ts'
import { CurvePanel } from './curve-panel.ts'
import { Playing } from './playing.ts'
import { type PlayerClip, clipRate } from './player-clip.ts'
import { type Overlay, type PlayerState, overlays, pairOf, speeds, views, zooms } from './player-state.ts'
import { frameValue, shortWords, skipWords, valuesWords } from './player-words.ts'
import { Stage } from './stage.ts'

const codecNote =
  'Previews are H.264: small differences, below about 5 of 255, are the codec’s. What was scored are the frames themselves.'

export interface PlayerHooks {
  /** The state changed; `settled` at the end of a gesture. */
  onChange(state: PlayerState, settled: boolean): void
  /** The curve's metric was chosen. */
  onMetric?(key: string): void
  /** Opens the list of keys. */
  openKeys(): void
}

export class Player {
  readonly element: HTMLElement
  readonly lockstep: Lockstep
  readonly stage: Stage
  readonly playing: Playing
  readonly curve: CurvePanel | null
  readonly clip: PlayerClip
  state: PlayerState
  readonly #hooks: PlayerHooks
  readonly #end = new AbortController()
  readonly #slider: HTMLInputElement
  readonly #output: HTMLOutputElement
  readonly #status: HTMLElement
  readonly #note: HTMLElement
  #speak = 0
  /** What is said where no video reaches the frame, and of frames that playing skips. */
  #short = ''
  #skips = ''
  #loopFrom: number | null = null

  /** @param metric key of the metric whose curve is shown */
  constructor(clip: PlayerClip, state: PlayerState, hooks: PlayerHooks, metric?: string) {
    this.clip = clip
    this.state = state
    this.#hooks = hooks
    const { signal } = this.#end
    this.lockstep = new Lockstep(
      clip.frames,
      (now) => this.#render(now),
      (source, asked, shown) => {
        for (const tile of this.stage.tiles.values()) if (tile.source === source) tile.answer(asked, shown)
      },
    )
    this.stage = new Stage(clip, state, this.lockstep, signal, (error) => this.#tell(error))
    const node = toDom(
      element(
        'section',
        { class: 'player', 'data-player': true, 'aria-label': 'Videos in lockstep' },
        playbackBar(clip),
        element('p', { class: 'player-note', 'data-skips': true }),
        element('p', { class: 'player-note', 'data-view-note': true, hidden: true }, codecNote),
        clip.sides.length > 2 && sideChips(clip, state.tiles),
        settingsBar(clip, state),
        element('p', { class: 'visually-hidden', role: 'status', 'data-announce': true }),
      ),
    )
    if (!(node instanceof HTMLElement)) throw new TypeError('expected an element of HTML')
    this.element = node
    node.prepend(this.stage.element)
    this.#slider = node.querySelector<HTMLInputElement>('[data-scrub]')!
    this.#output = node.querySelector('output')!
    this.#status = node.querySelector<HTMLElement>('[data-announce]')!
    this.#note = node.querySelector<HTMLElement>('[data-skips]')!
    this.curve =
      clip.curves.length === 0
        ? null
        : new CurvePanel(clip, metric, signal, {
            onFrame: (frame, done) => this.stopAt(frame, done),
            onMetric: (key) => {
              hooks.onMetric?.(key)
              this.#renderValues()
            },
          })
    if (this.curve !== null) node.append(this.curve.element)
    this.playing = new Playing(
      this.lockstep,
      clipRate(clip),
      () => ({ loop: this.state.loop, speed: this.state.speed }),
      {
        onChange: (on) => this.#renderPlaying(on),
        onSkips: (steps) => {
          this.#skips = skipWords(steps)
          this.#renderNote()
        },
      },
    )
    this.#listen(signal)
    this.#askForPointers(signal)
    addEventListener('beforeprint', () => this.#keepPictures(), { signal })
    document.addEventListener('visibilitychange', () => document.hidden && this.playing.stop(), { signal })
    this.#update()
    void this.lockstep.show(state.frame)
  }

  close(): void {
    this.playing.stop()
    this.#end.abort()
    this.element.remove()
  }

  /** Changes what is chosen. @param settled at the end of a gesture: addresses are written then */
  set(change: Partial<PlayerState>, settled = true): void {
    this.state = { ...this.state, ...change }
    this.#update()
    this.#hooks.onChange(this.state, settled)
  }

  /** Stops at a frame. */
  stopAt(frame: number, settled = true): void {
    this.playing.stop()
    void this.lockstep.show(frame).then(() => {
      if (settled && this.lockstep.shown !== null) this.#settle(this.lockstep.shown)
    })
  }

  step(by: number): void {
    this.stopAt(this.lockstep.wanted + by)
  }

  changeSpeed(by: number): void {
    const at = speeds.findIndex((speed) => speed === this.state.speed)
    this.set({ speed: speeds[Math.min(speeds.length - 1, Math.max(0, at + by))] })
  }

  toggle(overlay: Overlay): void {
    const on = new Set(this.state.on)
    if (!on.delete(overlay)) on.add(overlay)
    // Points are of the tracks.
    if (overlay === 'points' && on.has('points')) on.add('tracks')
    const control = overlay === 'control' && on.has('control') && !this.state.tiles.includes('control')
    this.set({ on, ...(control ? { tiles: ['control', ...this.state.tiles] } : {}) })
  }

  toggleSide(key: string): void {
    const { tiles } = this.state
    const without = tiles.filter((each) => each !== key)
    this.set({ tiles: without.length < tiles.length ? without : [...tiles, key] })
  }

  /** One press notes the first frame, the next the last one, a third ends the loop. */
  markLoop(): void {
    const now = this.lockstep.wanted
    if (this.state.loop !== null) this.set({ loop: null })
    else if (this.#loopFrom === null) this.#loopFrom = now
    else {
      const [first, last] = [Math.min(this.#loopFrom, now), Math.max(this.#loopFrom, now)]
      this.#loopFrom = null
      if (first < last) this.set({ loop: { first, last } })
    }
    this.#renderLoop()
  }

  /** What is on screen, for captions and figures: null while a frame is on its way. */
  get shownFrame(): number | null {
    return this.lockstep.shown
  }

  #settle(frame: number): void {
    this.state = { ...this.state, frame }
    this.#hooks.onChange(this.state, true)
    this.#announce()
  }

  /** Says the frame and its values once, when a reader has come to rest. */
  #announce(): void {
    clearTimeout(this.#speak)
    this.#speak = window.setTimeout(() => {
      const words = this.#slider.getAttribute('aria-valuetext') ?? ''
      if (this.lockstep.shown !== null && !this.playing.isOn) this.#status.textContent = words
    }, 250)
  }

  #render(now: LockstepState): void {
    const { frame, phase } = now
    this.#slider.value = String(frame)
    if (phase === 'asked') {
      this.#slider.setAttribute('aria-valuetext', `loading ${frame}`)
      this.#output.textContent = `frame … of ${this.clip.frames - 1}`
      this.#status.textContent = ''
      delete this.element.dataset.frame
      for (const { key } of this.clip.sides) this.stage.caption(key, '')
      return
    }
    this.#output.textContent = frameWords(frame, this.clip.frames, now.pictures, now.told)
    this.#short = now.pictures > 0 ? '' : shortWords(frame, this.stage.lengths)
    this.#renderNote()
    this.element.dataset.frame = String(frame)
    this.stage.redraw()
    this.#renderValues()
  }

  #renderValues(): void {
    const frame = this.lockstep.shown
    if (frame === null) return
    const curve = this.curve?.metric ?? null
    const values = valuesWords(this.clip, curve, this.state.tiles, frame)
    const words = [this.#output.textContent, this.#short, values].filter((text) => text !== '')
    this.#slider.setAttribute('aria-valuetext', words.join(', '))
    for (const key of this.state.tiles)
      this.stage.caption(key, curve?.bySide.has(key) ? `${curve.label} ${frameValue(curve, key, frame)}` : '')
    this.curve?.draw(this.state.tiles, frame)
  }

  #renderPlaying(on: boolean): void {
    const play = this.element.querySelector('[data-action=play]')!
    play.textContent = on ? 'Pause' : 'Play'
    this.#skips = ''
    this.#renderNote()
    if (!on && this.lockstep.shown !== null) this.#settle(this.lockstep.shown)
  }

  #renderNote(): void {
    const short = this.#short.charAt(0).toUpperCase() + this.#short.slice(1)
    this.#note.textContent = short === '' ? this.#skips : `${short}.`
  }

  #renderLoop(): void {
    const button = this.element.querySelector('[data-action=loop]')!
    const { loop } = this.state
    button.textContent =
      loop !== null
        ? `Loop ${loop.first}–${loop.last}: end it`
        : this.#loopFrom === null
          ? 'Loop from here'
          : `Loop from ${this.#loopFrom} to here`
  }

  #update(): void {
    const { state, element: root } = this
    this.stage.update(state)
    const pair = pairOf(state.tiles)
    for (const [name, shown] of [
      ['wipe', state.view === 'wipe' && pair !== null],
      ['gain', state.view === 'difference' && pair !== null],
      ['zoom-x', state.zoom.times > 1],
      ['zoom-y', state.zoom.times > 1],
    ] as const)
      root.querySelector<HTMLElement>(`[data-for=${name}]`)!.hidden = !shown
    const values = {
      view: state.view,
      zoom: state.zoom.times,
      speed: state.speed,
      wipe: Math.round(state.wipe),
      gain: state.gain,
      'zoom-x': Math.round(state.zoom.x),
      'zoom-y': Math.round(state.zoom.y),
    }
    for (const [name, value] of Object.entries(values)) {
      const input = root.querySelector<HTMLInputElement | HTMLSelectElement>(`[data-set=${name}]`)!
      if (input.value !== String(value)) input.value = String(value)
    }
    for (const overlay of overlays) {
      const box = root.querySelector<HTMLInputElement>(`[data-on=${overlay}]`)
      if (box !== null) box.checked = state.on.has(overlay)
    }
    for (const chip of root.querySelectorAll<HTMLElement>('.chip'))
      chip.setAttribute('aria-pressed', String(state.tiles.includes(chip.dataset.side!)))
    root.dataset.view = state.view
    root.querySelector<HTMLElement>('[data-view-note]')!.hidden = state.view !== 'difference'
    this.#renderLoop()
    this.#renderValues()
  }

  #listen(signal: AbortSignal): void {
    const root = this.element
    const press: Record<string, () => void> = {
      play: () => this.playing.toggle(),
      back: () => this.step(-1),
      forward: () => this.step(1),
      loop: () => this.markLoop(),
      keys: () => this.#hooks.openKeys(),
    }
    root.addEventListener(
      'click',
      (event) => {
        const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null
        if (button?.dataset.action !== undefined) press[button.dataset.action]?.()
        if (button?.dataset.side !== undefined) this.toggleSide(button.dataset.side)
      },
      { signal },
    )
    this.#slider.addEventListener('input', () => this.stopAt(Number(this.#slider.value), false), { signal })
    this.#slider.addEventListener('change', () => this.stopAt(Number(this.#slider.value)), { signal })
    const change = (event: Event, settled: boolean) => {
      const { target } = event
      if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return
      const { set: name, on } = target.dataset
      if (on !== undefined && settled) this.toggle(overlays.find((each) => each === on)!)
      if (name !== undefined) this.set(this.#changeOf(name, target.value), settled)
    }
    root.addEventListener('input', (event) => change(event, false), { signal })
    root.addEventListener('change', (event) => change(event, true), { signal })
  }

  /** What pointers do is loaded with the first thing that one does, anywhere on the page. */
  #askForPointers(signal: AbortSignal): void {
    const end = new AbortController()
    let last: Event | undefined
    const ask = (event: Event) => {
      const isFirst = last === undefined
      last = event
      if (!isFirst) return
      askedPart('pointers').then(
        (listen) => {
          end.abort()
          if (!signal.aborted) listen(this, signal, last ?? event)
        },
        (error: unknown) => this.#tell(error),
      )
    }
    for (const name of ['pointermove', 'pointerdown', 'wheel'] as const)
      document.addEventListener(name, ask, { signal: AbortSignal.any([signal, end.signal]), passive: true })
  }

  /** Says what could not be had. */
  #tell(error: unknown): void {
    if (!(error instanceof DataError)) throw error
    this.#note.textContent = error.message
  }

  #changeOf(name: string, value: string): Partial<PlayerState> {
    const { zoom } = this.state
    if (name === 'view') return { view: views.find((view) => view === value) ?? 'side' }
    if (name === 'speed') return { speed: Number(value) }
    if (name === 'wipe') return { wipe: Number(value) }
    if (name === 'gain') return { gain: Number(value) }
    if (name === 'zoom') return { zoom: { ...zoom, times: zooms.find((times) => String(times) === value) ?? 1 } }
    return { zoom: { ...zoom, [name === 'zoom-x' ? 'x' : 'y']: Number(value) } }
  }

  /** Browsers print no frame of a video: a picture of it stands in its place on paper. */
  #keepPictures(): void {
    for (const { figure, source, isCovered } of this.stage.tiles.values()) {
      figure.querySelector('.still')?.remove()
      if (isCovered) continue
      const canvas = document.createElement('canvas')
      canvas.className = 'still'
      canvas.width = source.element.videoWidth
      canvas.height = source.element.videoHeight
      canvas.getContext('2d')!.drawImage(source.element, 0, 0)
      source.element.before(canvas)
    }
  }
}
