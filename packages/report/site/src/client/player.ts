// All videos of a clip in lockstep. There is one clock, the frame number; videos are only ever told to show a frame, and the next one is asked for when
// all have shown the last. So they cannot drift apart, at any speed, and a slow one makes all skip frames together. Clips are short (14 frames at 6 or
// 7 fps), which is what makes seeking to every frame cheap.
import type { TracksModel } from '../../../src/site-model/site-model.ts'

/** How long a video may take to show a frame before the others go on without it. */
const patienceMs = 1000
/** How long after decoding a frame may take to be shown: a window in the background shows none. */
const presentationMs = 150
/** Frames of a tracklet that are drawn behind its point. */
const trail = 8

/** The player of the page: its clock, its videos, its controls. */
class Player {
  readonly root: HTMLElement
  readonly frames: number
  readonly videos: HTMLVideoElement[]
  readonly slider: HTMLInputElement
  readonly output: HTMLOutputElement
  readonly play: HTMLButtonElement
  readonly speed: HTMLSelectElement
  readonly tracks: HTMLInputElement | null
  readonly status: Element
  readonly overlays: ((frame: number) => void)[]
  readonly playheads: ((frame: number) => void)[]

  frame = 0
  wanted = 0
  seeking: Promise<void> | null = null
  playing = false
  // While playing: the frame and the time that the clock counts from.
  startFrame = 0
  startTime = 0

  constructor(root: HTMLElement) {
    this.root = root
    this.frames = Number(root.dataset.frames)
    this.videos = [...root.querySelectorAll('video')]
    this.slider = root.querySelector<HTMLInputElement>('input[type=range]')!
    this.output = root.querySelector('output')!
    this.play = root.querySelector<HTMLButtonElement>('[data-action=play]')!
    this.speed = root.querySelector<HTMLSelectElement>('[data-action=speed]')!
    this.tracks = root.querySelector<HTMLInputElement>('[data-action=tracks]')
    this.status = root.querySelector('[data-announce]')!
    this.overlays = [...root.querySelectorAll<SVGSVGElement>('.overlay')].map(makeOverlay)
    this.playheads = [...document.querySelectorAll<HTMLElement>('.curve')].map(makePlayhead)
  }

  /** Shows a frame everywhere; while one is on its way, the latest one asked for comes next. */
  async show(target: number): Promise<void> {
    this.wanted = Math.min(this.frames - 1, Math.max(0, target))
    this.seeking ??= this.seekToWanted()
    await this.seeking
  }

  async seekToWanted(): Promise<void> {
    do {
      const next = this.wanted
      await Promise.all(this.videos.map((video) => seek(video, next, this.frames)))
      this.frame = next
      this.render()
    } while (this.wanted !== this.frame)
    this.seeking = null
  }

  render(): void {
    const { frame, frames, root, slider, output } = this
    slider.value = String(frame)
    slider.setAttribute('aria-valuetext', `frame ${frame} of ${frames - 1}`)
    output.textContent = `frame ${frame} of ${frames - 1}`
    root.dataset.frame = String(frame)
    for (const overlay of this.overlays) overlay(frame)
    for (const playhead of this.playheads) playhead(frame)
  }

  async tick(): Promise<void> {
    while (this.playing) {
      const seconds = (performance.now() - this.startTime) / 1000
      const elapsed = seconds * framesPerSecond(this.videos, this.frames) * Number(this.speed.value)
      const next = (this.startFrame + Math.floor(elapsed)) % this.frames
      if (next !== this.frame) await this.show(next)
      await new Promise(requestAnimationFrame)
    }
  }

  setPlaying(on: boolean): void {
    if (this.playing === on) return
    this.playing = on
    this.play.textContent = on ? 'Pause' : 'Play'
    this.status.textContent = on ? 'Playing' : `Paused at frame ${this.frame}`
    if (!on) return
    this.restartClock()
    void this.tick()
  }

  restartClock(): void {
    this.startFrame = this.wanted
    this.startTime = performance.now()
  }

  /** Stops at a frame. */
  stopAt(frame: number): void {
    this.setPlaying(false)
    void this.show(frame)
  }

  step(by: number): void {
    this.stopAt(this.wanted + by)
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
  player.render()
  void player.show(0)
}

function listenToControls(player: Player): void {
  const { root, videos, play, speed, slider, tracks } = player
  for (const video of videos) {
    video.addEventListener('error', () => video.closest('figure')?.classList.add('missing'))
    video.addEventListener('loadedmetadata', () => void player.show(player.wanted))
  }
  play.addEventListener('click', () => player.setPlaying(!player.playing))
  root.querySelector('[data-action=back]')!.addEventListener('click', () => player.step(-1))
  root.querySelector('[data-action=forward]')!.addEventListener('click', () => player.step(1))
  speed.addEventListener('change', () => player.restartClock())
  slider.addEventListener('input', () => player.stopAt(Number(slider.value)))
  tracks?.addEventListener('change', () => {
    root.dataset.tracks = tracks.checked ? 'on' : 'off'
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

/** Shows frame `index` of `frames`: seeks to its middle, so that rounding cannot land on a neighbour. Ends when it is on screen, or could not be. */
function seek(video: HTMLVideoElement, index: number, frames: number): Promise<void> {
  if (video.error || !(video.duration > 0)) return Promise.resolve()
  const time = ((index + 0.5) * video.duration) / frames
  if (Math.abs(video.currentTime - time) < 1e-3 && !video.seeking) return Promise.resolve()
  return new Promise((resolve) => {
    let timer = window.setTimeout(done, patienceMs)
    let presented = false
    // `seeked` comes when the frame is decoded, which is a little before it is shown; where the browser tells, wait for that.
    const handle = video.requestVideoFrameCallback?.(() => {
      presented = true
      if (!video.seeking) done()
    })
    function seeked(): void {
      if (presented || handle === undefined) return done()
      clearTimeout(timer)
      timer = window.setTimeout(done, presentationMs)
    }
    function done(): void {
      clearTimeout(timer)
      video.removeEventListener('seeked', seeked)
      video.removeEventListener('error', done)
      if (handle !== undefined) video.cancelVideoFrameCallback(handle)
      resolve()
    }
    video.addEventListener('seeked', seeked)
    video.addEventListener('error', done)
    video.currentTime = time
  })
}

function framesPerSecond(videos: readonly HTMLVideoElement[], frames: number): number {
  const duration = Math.max(0, ...videos.map((video) => (video.duration > 0 ? video.duration : 0)))
  return duration > 0 && Number.isFinite(duration) ? frames / duration : 7
}

/** Draws each visible point and the path it came by; the colour tells points apart by where they started. */
function makeOverlay(svg: SVGSVGElement): (frame: number) => void {
  const data: TracksModel = JSON.parse(svg.parentElement!.querySelector('.tracks')!.textContent)
  // One point an object is to be seen as well as a hundred.
  const radius = Math.max(1, data.width / (data.points.length <= 12 ? 80 : 190))
  const nodes = data.points.map((points) => {
    const hue = Math.round((360 * points[0]) / data.width)
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    path.setAttribute('stroke', `hsl(${hue} 90% 60%)`)
    const dot = document.createElementNS('http://www.w3.org/2000/svg', 'circle')
    dot.setAttribute('r', String(radius))
    dot.setAttribute('fill', `hsl(${hue} 90% 60%)`)
    dot.setAttribute('stroke', '#000')
    dot.setAttribute('stroke-width', String(radius / 4))
    svg.append(path, dot)
    return { path, dot }
  })
  return (frame) => {
    for (const [index, { path, dot }] of nodes.entries()) {
      const points = data.points[index]
      const last = Math.min(frame, points.length / 2 - 1)
      const places: string[] = []
      for (let t = Math.max(0, last - trail); t <= last; t++) places.push(`${points[2 * t]},${points[2 * t + 1]}`)
      path.setAttribute('d', places.length > 1 ? `M${places.join('L')}` : '')
      dot.setAttribute('cx', String(points[2 * last] ?? 0))
      dot.setAttribute('cy', String(points[2 * last + 1] ?? 0))
      const visible = data.visible[index]?.[last] !== '0'
      path.setAttribute('opacity', visible ? '0.9' : '0.25')
      dot.setAttribute('opacity', visible ? '1' : '0.25')
    }
  }
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
