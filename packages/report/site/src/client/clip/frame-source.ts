// One video, told to show a frame and believed only when the browser says which frame it put on screen. The whole file is fetched and played from memory:
// browsers seek in an address only where the server answers byte ranges, and plain file servers do not. From file:// nothing may be fetched, and there
// browsers seek in the address itself.
import { type FrameTimes, assumedTimes } from './frame-times.ts'
import { SourceError } from './source-error.ts'
import { fetchVideo } from './video-store.ts'

export interface Shown {
  /** The frame on screen; null where none is. */
  frame: number | null
  /** Whether the browser told, and the frames' times are the file's own; else it is only what was asked for. */
  told: boolean
}

export interface FrameSource {
  readonly element: HTMLVideoElement
  /** Null until it is loaded. */
  readonly times: FrameTimes | null
  /** Whether a frame can be chosen at all; not from an address whose server answers no ranges. */
  readonly canSeek: boolean
  /** What is on screen now. */
  readonly shown: Shown
  /** Ends when a frame can be shown. @throws SourceError; the signal's reason */
  load(signal: AbortSignal): Promise<void>
  /** Answers with the frame that is on screen after it was asked for this one, which is another where the video is shorter or cannot seek. */
  show(frame: number): Promise<Shown>
  close(): void
}

export interface SourceOptions {
  element: HTMLVideoElement
  address: string
  /** Of the file's own tables, where they are known. */
  times: FrameTimes | null
  /** Of the clip: assumed of a video whose times are not known. */
  frames: number
  /** Called whenever the browser puts another frame on screen, also late. */
  onShown?: ((shown: Shown) => void) | undefined
}

/** How long after a seek the browser may take to say what it shows: a window in the background says nothing. */
const presentationMs = 400
/** How long a seek may take before the answer is what is on screen instead. */
const patienceMs = 5000

export function videoSource({ element, address, times: known, frames, onShown }: SourceOptions): FrameSource {
  const tells = 'requestVideoFrameCallback' in element
  // Of a video whose times are only assumed the browser tells a time, which may be another frame's.
  const told = tells && known !== null
  let times = known
  let shown: Shown = { frame: null, told }
  let canSeek = true
  let blobAddress: string | null = null
  let closed = false
  let presented = 0
  let waiting: (() => void) | null = null
  /** No frame was asked for since it was loaded. */
  let isFresh = false

  function put(frame: number): void {
    shown = { frame, told }
    presented++
    onShown?.(shown)
    waiting?.()
  }

  function follow(): void {
    if (closed || !tells) return
    element.requestVideoFrameCallback((_, { mediaTime }) => {
      if (!closed && times !== null) put(times.frameAt(mediaTime))
      follow()
    })
  }

  async function load(signal: AbortSignal): Promise<void> {
    element.muted = true
    element.playsInline = true
    element.preload = 'auto'
    element.disablePictureInPicture = true
    const inMemory = location.protocol === 'file:' ? null : await fetchVideo(address, signal)
    signal.throwIfAborted()
    if (inMemory !== null) blobAddress = URL.createObjectURL(inMemory)
    // Before the address: the first frame may come at once, and is told once.
    follow()
    await loaded(element, blobAddress ?? address, signal)
    times ??= assumedTimes(
      frames,
      element.duration > 0 && Number.isFinite(element.duration) ? element.duration : frames / 7,
    )
    canSeek = element.seekable.length > 0 && element.seekable.end(element.seekable.length - 1) > 0
    isFresh = true
  }

  async function show(asked: number): Promise<Shown> {
    if (times === null || closed || element.error !== null) return { frame: null, told }
    const frame = Math.min(times.frames - 1, Math.max(0, asked))
    if (shown.frame === frame && !element.seeking && !isFresh) return shown
    // The first time that one wait was in vain the seek is repeated beside it: a frame is told only when it is drawn anew.
    // Of a video that was just loaded the first seek is told and, seldom, never painted (seen in Chromium: one in two hundred): it is always repeated.
    const again = isFresh
    isFresh = false
    for (const aside of [0, 0.2]) {
      const time = times.middleOf(frame) + aside / times.fps / 2
      await seek(time, () => shown.frame === frame)
      if (closed || element.error !== null || document.hidden) break
      if (shown.frame === frame && !(again && aside === 0)) break
      if (!tells) {
        put(frame)
        break
      }
    }
    return element.error === null ? shown : { frame: null, told }
  }

  /** Ends when `there()`, or when the browser stays silent. */
  function seek(time: number, there: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const before = presented
      let timer = setTimeout(done, patienceMs)
      function done(): void {
        clearTimeout(timer)
        waiting = null
        element.removeEventListener('seeked', seeked)
        element.removeEventListener('error', done)
        resolve()
      }
      function seeked(): void {
        if (!tells || (there() && presented > before)) return done()
        clearTimeout(timer)
        timer = setTimeout(done, presentationMs)
      }
      waiting = () => {
        if (there() && !element.seeking) done()
      }
      element.addEventListener('seeked', seeked)
      element.addEventListener('error', done)
      element.currentTime = time
    })
  }

  function close(): void {
    closed = true
    waiting?.()
    element.removeAttribute('src')
    element.load()
    if (blobAddress !== null) URL.revokeObjectURL(blobAddress)
    blobAddress = null
  }

  return {
    element,
    get times() {
      return times
    },
    get canSeek() {
      return canSeek
    },
    get shown() {
      return shown
    },
    load,
    show,
    close,
  }
}

function loaded(element: HTMLVideoElement, address: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = new AbortController()
    const on = (target: EventTarget, name: string, then: () => void) =>
      target.addEventListener(
        name,
        () => {
          end.abort()
          then()
        },
        { signal: end.signal },
      )
    on(element, 'loadeddata', resolve)
    on(element, 'error', () => {
      const { code = 0, message = '' } = element.error ?? {}
      const problem = code === MediaError.MEDIA_ERR_NETWORK ? 'missing' : 'unreadable'
      reject(new SourceError(problem, message || `the browser cannot read it (${code})`))
    })
    on(signal, 'abort', () => reject(signal.reason))
    element.src = address
  })
}
