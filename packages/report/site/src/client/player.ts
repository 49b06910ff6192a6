// All videos of a clip in lockstep. There is one clock, the frame number; videos are only ever told to show a frame, and the next one is asked for when
// all have shown the last. So they cannot drift apart, at any speed, and a slow one makes all skip frames together. Clips are short (14 frames at 6 or
// 7 fps), which is what makes seeking to every frame cheap.

interface Tracks {
  width: number
  height: number
  points: number[][]
  visible: string[]
}

/** How long a video may take to show a frame before the others go on without it. */
const patienceMs = 1000
/** How long after decoding a frame may take to be shown: a window in the background shows none. */
const presentationMs = 150
/** Frames of a tracklet that are drawn behind its point. */
const trail = 8

const root = document.querySelector<HTMLElement>('[data-player]')
if (root) setUp(root)

function setUp(root: HTMLElement): void {
  const videos = [...root.querySelectorAll('video')]
  const slider = root.querySelector<HTMLInputElement>('input[type=range]')!
  const output = root.querySelector('output')!
  const play = root.querySelector<HTMLButtonElement>('[data-action=play]')!
  const speed = root.querySelector<HTMLSelectElement>('[data-action=speed]')!
  const tracks = root.querySelector<HTMLInputElement>('[data-action=tracks]')
  const status = root.querySelector('[data-announce]')!
  const overlays = [...root.querySelectorAll<SVGSVGElement>('.overlay')].map(makeOverlay)
  const playheads = [...document.querySelectorAll<HTMLElement>('.curve')].map(makePlayhead)
  const frames = Number(root.dataset.frames)

  let frame = 0
  let wanted = 0
  let seeking: Promise<void> | null = null
  let playing = false
  // While playing: the frame and the time that the clock counts from.
  let startFrame = 0
  let startTime = 0

  for (const video of videos) {
    video.addEventListener('error', () => video.closest('figure')?.classList.add('missing'))
    video.addEventListener('loadedmetadata', () => void show(wanted))
  }

  /** Shows a frame everywhere; while one is on its way, the latest one asked for comes next. */
  async function show(target: number): Promise<void> {
    wanted = Math.min(frames - 1, Math.max(0, target))
    if (seeking) return seeking
    seeking = (async () => {
      do {
        const next = wanted
        await Promise.all(videos.map((video) => seek(video, next, frames)))
        frame = next
        render()
      } while (wanted !== frame)
    })()
    await seeking
    seeking = null
  }

  function render(): void {
    slider.value = String(frame)
    slider.setAttribute('aria-valuetext', `frame ${frame} of ${frames - 1}`)
    output.textContent = `frame ${frame} of ${frames - 1}`
    root.dataset.frame = String(frame)
    for (const overlay of overlays) overlay(frame)
    for (const playhead of playheads) playhead(frame)
  }

  async function tick(): Promise<void> {
    while (playing) {
      const elapsed = ((performance.now() - startTime) / 1000) * framesPerSecond(videos, frames) * Number(speed.value)
      const next = (startFrame + Math.floor(elapsed)) % frames
      if (next !== frame) await show(next)
      await new Promise(requestAnimationFrame)
    }
  }

  function setPlaying(on: boolean): void {
    if (playing === on) return
    playing = on
    play.textContent = on ? 'Pause' : 'Play'
    status.textContent = on ? 'Playing' : `Paused at frame ${frame}`
    if (!on) return
    restartClock()
    void tick()
  }

  function restartClock(): void {
    startFrame = wanted
    startTime = performance.now()
  }

  function step(by: number): void {
    setPlaying(false)
    void show(wanted + by)
  }

  function changeSpeed(by: number): void {
    speed.selectedIndex = Math.min(speed.options.length - 1, Math.max(0, speed.selectedIndex + by))
    restartClock()
  }

  play.addEventListener('click', () => setPlaying(!playing))
  root.querySelector('[data-action=back]')!.addEventListener('click', () => step(-1))
  root.querySelector('[data-action=forward]')!.addEventListener('click', () => step(1))
  speed.addEventListener('change', restartClock)
  slider.addEventListener('input', () => {
    setPlaying(false)
    void show(Number(slider.value))
  })
  tracks?.addEventListener('change', () => {
    root.dataset.tracks = tracks.checked ? 'on' : 'off'
  })
  for (const curve of document.querySelectorAll<HTMLElement>('.curve')) {
    curve.querySelector('svg')?.addEventListener('click', (event) => {
      setPlaying(false)
      void show(frameAt(curve, event.clientX))
    })
  }

  const keys: Record<string, () => void> = {
    ' ': () => setPlaying(!playing),
    k: () => setPlaying(!playing),
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    Home: () => step(-frames),
    End: () => step(frames),
    '[': () => changeSpeed(-1),
    ']': () => changeSpeed(1),
    t: () => tracks?.click(),
    T: () => tracks?.click(),
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
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) setPlaying(false)
  })

  render()
  void show(0)
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
  const data = JSON.parse(svg.parentElement!.querySelector('.tracks')!.textContent) as Tracks
  const radius = Math.max(1, data.width / 190)
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
