// The player of a clip: its controls, keys, status line and curves over videos in lockstep. What they name is what is on screen: label, tracks and curves
// move when the frame is shown, not when it is asked for.
import { Lockstep, type LockstepSource, type LockstepState } from './clip/lockstep.ts'
import { Tile, type TileVideo } from './clip/tile.ts'
import { frameWords } from './clip/tile-words.ts'

/** The player of the page: its clock, its videos, its controls. */
class Player {
  readonly root: HTMLElement
  readonly frames: number
  readonly tiles: Map<LockstepSource, Tile>
  readonly lockstep: Lockstep
  readonly slider: HTMLInputElement
  readonly output: HTMLOutputElement
  readonly play: HTMLButtonElement
  readonly speed: HTMLSelectElement
  readonly tracks: HTMLInputElement | null
  readonly status: Element
  readonly playheads: ((frame: number) => void)[]

  playing = false
  // While playing: the frame and the time that the clock counts from.
  startFrame = 0
  startTime = 0

  constructor(root: HTMLElement) {
    this.root = root
    this.frames = Number(root.dataset.frames)
    this.slider = root.querySelector<HTMLInputElement>('input[type=range]')!
    this.output = root.querySelector('output')!
    this.play = root.querySelector<HTMLButtonElement>('[data-action=play]')!
    this.speed = root.querySelector<HTMLSelectElement>('[data-action=speed]')!
    this.tracks = root.querySelector<HTMLInputElement>('[data-action=tracks]')
    this.status = root.querySelector('[data-announce]')!
    this.playheads = [...document.querySelectorAll<HTMLElement>('.curve')].map(makePlayhead)
    this.lockstep = new Lockstep(
      this.frames,
      (state) => this.render(state),
      (source, asked, shown) => this.tiles.get(source)?.answer(asked, shown),
    )
    this.tiles = new Map(
      [...root.querySelectorAll<HTMLElement>('figure')].map((figure) => {
        const style = { every: 1, chosen: null }
        const tile = new Tile(figure, videoOf(figure), this.frames, style, () => this.tracks?.checked ?? false)
        return [tile.source, tile]
      }),
    )
  }

  /** Loads all videos, a few at a time; each joins as soon as it can be shown. */
  async load(signal: AbortSignal): Promise<void> {
    const waiting = [...this.tiles.values()]
    const next = async (): Promise<void> => {
      for (let tile = waiting.shift(); tile !== undefined; tile = waiting.shift())
        if (await tile.load(signal)) await this.lockstep.add(tile.source)
    }
    await Promise.all([next(), next(), next(), next()])
  }

  render(state: LockstepState): void {
    const { frame, phase } = state
    const { frames, root, slider, output } = this
    slider.value = String(frame)
    if (phase === 'asked') {
      slider.setAttribute('aria-valuetext', `loading ${frame}`)
      output.textContent = `frame … of ${frames - 1}`
      delete root.dataset.frame
      return
    }
    const words = frameWords(frame, frames, state.pictures, state.told)
    slider.setAttribute('aria-valuetext', words)
    output.textContent = words
    root.dataset.frame = String(frame)
    for (const playhead of this.playheads) playhead(frame)
  }

  show(frame: number): Promise<void> {
    return this.lockstep.show(frame)
  }

  async tick(): Promise<void> {
    while (this.playing) {
      const seconds = (performance.now() - this.startTime) / 1000
      const elapsed = seconds * this.framesPerSecond * Number(this.speed.value)
      const next = (this.startFrame + Math.floor(elapsed)) % this.frames
      if (next !== this.lockstep.shown) await this.show(next)
      await new Promise(requestAnimationFrame)
    }
  }

  /** Of the first video that says. */
  get framesPerSecond(): number {
    for (const { source } of this.tiles.values()) if (source.times !== null) return source.times.fps
    return 7
  }

  setPlaying(on: boolean): void {
    if (this.playing === on) return
    this.playing = on
    this.play.textContent = on ? 'Pause' : 'Play'
    this.status.textContent = on ? 'Playing' : `Paused at frame ${this.lockstep.wanted}`
    if (!on) return
    this.restartClock()
    void this.tick()
  }

  restartClock(): void {
    this.startFrame = this.lockstep.wanted
    this.startTime = performance.now()
  }

  /** Stops at a frame. */
  stopAt(frame: number): void {
    this.setPlaying(false)
    void this.show(frame)
  }

  step(by: number): void {
    this.stopAt(this.lockstep.wanted + by)
  }

  changeSpeed(by: number): void {
    const { speed } = this
    speed.selectedIndex = Math.min(speed.options.length - 1, Math.max(0, speed.selectedIndex + by))
    this.restartClock()
  }
}

const root = document.querySelector<HTMLElement>('[data-player]')
if (root) {
  const player = new Player(root)
  listenToControls(player)
  listenToKeys(player)
  void player.show(0)
  const leaving = new AbortController()
  addEventListener('pagehide', () => leaving.abort(), { once: true })
  player.load(leaving.signal).catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error
  })
}

/** What the page says of a figure's video. */
function videoOf(figure: HTMLElement): TileVideo {
  const { dataset } = figure.querySelector('video')!
  const tracks = figure.querySelector('.tracks')?.textContent
  return {
    name: dataset.name ?? '',
    address: dataset.address ?? '',
    times: dataset.times ? JSON.parse(dataset.times) : null,
    tracks: tracks ? JSON.parse(tracks) : null,
  }
}

function listenToControls(player: Player): void {
  const { root, play, speed, slider, tracks, tiles } = player
  play.addEventListener('click', () => player.setPlaying(!player.playing))
  root.querySelector('[data-action=back]')!.addEventListener('click', () => player.step(-1))
  root.querySelector('[data-action=forward]')!.addEventListener('click', () => player.step(1))
  speed.addEventListener('change', () => player.restartClock())
  slider.addEventListener('input', () => player.stopAt(Number(slider.value)))
  tracks?.addEventListener('change', () => {
    for (const tile of tiles.values()) tile.drawTracks()
  })
  for (const curve of document.querySelectorAll<HTMLElement>('.curve'))
    curve.querySelector('svg')?.addEventListener('click', (event) => player.stopAt(frameAt(curve, event.clientX)))
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) player.setPlaying(false)
  })
}

function listenToKeys(player: Player): void {
  const keys: Record<string, () => void> = {
    ' ': () => player.setPlaying(!player.playing),
    k: () => player.setPlaying(!player.playing),
    ArrowLeft: () => player.step(-1),
    ArrowRight: () => player.step(1),
    Home: () => player.step(-player.frames),
    End: () => player.step(player.frames),
    '[': () => player.changeSpeed(-1),
    ']': () => player.changeSpeed(1),
    t: () => player.tracks?.click(),
    T: () => player.tracks?.click(),
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return
    // Other controls keep their own keys: Space presses a button, the arrows move a slider or a list.
    if (event.target.closest('button, a, summary, [contenteditable]') && event.key === ' ') return
    if (event.target.closest('select, textarea, input:not([type=checkbox], [type=range])')) return
    if (event.target.closest('input[type=checkbox]') && event.key === ' ') return
    // A table that scrolls sideways needs its arrows.
    if (event.target.closest('.table-scroll, pre') && event.key.startsWith('Arrow')) return
    const action = keys[event.key]
    if (!action) return
    event.preventDefault()
    action()
  })
}

function makePlayhead(figure: HTMLElement): (frame: number) => void {
  const line = figure.querySelector('.playhead')
  const step = Number(figure.dataset.step)
  line?.removeAttribute('hidden')
  return (frame) => line?.setAttribute('transform', `translate(${frame * step},0)`)
}

/** The frame nearest to a place in a chart, from the SVG's own units. */
function frameAt(figure: HTMLElement, clientX: number): number {
  const svg = figure.querySelector('svg')!
  const box = svg.getBoundingClientRect()
  const x = ((clientX - box.left) / box.width) * svg.viewBox.baseVal.width
  return Math.round((x - Number(figure.dataset.left)) / Number(figure.dataset.step))
}
