import { createRequire } from 'node:module'
import { networkError } from '../../tracklets/network-error.ts'

/** The part of OpenCV's WebAssembly build that is used here. Every Mat must be deleted by whoever made it. */
export interface OpenCv {
  Mat: { new (): CvMat; new (rows: number, columns: number, type: number): CvMat }
  Size: new (width: number, height: number) => object
  TermCriteria: new (type: number, maximalCount: number, epsilon: number) => object
  TermCriteria_COUNT: number
  TermCriteria_EPS: number
  CV_8UC1: number
  CV_32FC2: number
  CV_8UC3: number
  INTER_LINEAR: number
  resize(source: CvMat, target: CvMat, size: object, fx: number, fy: number, interpolation: number): void
  calcOpticalFlowPyrLK(
    previous: CvMat,
    next: CvMat,
    previousPoints: CvMat,
    nextPoints: CvMat,
    status: CvMat,
    error: CvMat,
    window: object,
    levels: number,
    criteria: object,
    flags: number,
    smallestEigenvalue: number,
  ): void
}

/** A matrix in WebAssembly memory. Its views are void as soon as that memory grows: take them anew for each use. */
export interface CvMat {
  readonly data: Uint8Array
  readonly data32F: Float32Array
  delete(): void
}

let loading: Promise<{ cv: OpenCv }> | undefined

/**
 * OpenCV, loaded on the first call (about half a second and 10 MB) and kept. It comes in an object because the module has
 * a `then` of its own that resolves with itself: awaiting it would never end.
 *
 * The build's start-up code installs handlers for uncaught exceptions and rejections that rethrow them from within itself;
 * a library has no business there, so they are taken off again.
 */
export function loadOpencv(): Promise<{ cv: OpenCv }> {
  loading ??= load()
  return loading
}

async function load(): Promise<{ cv: OpenCv }> {
  const known = new Set([...handlers('uncaughtException'), ...handlers('unhandledRejection')])
  const require = createRequire(import.meta.url)
  const cv: Loading = require('@techstark/opencv-js')
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    for (const handler of handlers(event)) if (!known.has(handler)) process.removeListener(event, handler)
  }
  if (!isReady(cv)) {
    await new Promise<void>((resolve) => {
      cv.onRuntimeInitialized = resolve
    })
  }
  if (!isReady(cv)) throw networkError('run-failed', 'lucas-kanade', 'OpenCV has started without its matrices')
  return { cv }
}

type Loading = Partial<OpenCv> & { onRuntimeInitialized?: () => void }

function isReady(cv: Loading): cv is Loading & OpenCv {
  return cv.Mat !== undefined
}

type Handler = (...values: unknown[]) => void

function handlers(event: string): Handler[] {
  const emitter: NodeJS.EventEmitter = process
  return emitter.listeners(event).filter((handler): handler is Handler => typeof handler === 'function')
}
