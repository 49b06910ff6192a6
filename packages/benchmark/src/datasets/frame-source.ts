import { type FrameArray, type FrameWindow, probeVideo, type VideoWarning } from '@kinemetric/video'
import { readWindow } from './read-window.ts'

export interface WindowOfSource {
  /** The window's frames [T, H, W, 3]; fewer than asked for where the source ends before. */
  pixels: FrameArray
  /** Frames of the whole source; undefined where it has one for every frame that it is asked for. */
  total: number | undefined
  /** What decoding found odd, where the source was decoded. */
  warnings?: readonly VideoWarning[] | undefined
}

/** A source as data. */
export interface PortableSource {
  readonly kind: string
  readonly data: unknown
}

/** Where a clip's frames or masks come from: a video, a folder of images; run lengths or boxes that are drawn when they are read. */
export interface FrameSource {
  /** The files and folders that decide the frames, the first of them named in errors: a clip is prepared anew when one changes. */
  readonly files: readonly [string, ...string[]]
  /**
   * sha256 of what decides the frames, where that is a part of its files: a few boxes of a file that holds everybody's. Absent: of all their bytes.
   */
  readonly digest?: (() => Promise<string>) | undefined
  /**
   * What makes the same source in another process, as a structured clone: a kind of `source-kinds` and its data. Absent: a clip that has it is prepared in this
   * one.
   */
  readonly portable?: PortableSource | undefined
  /** Frames a second; undefined where the source does not say. @throws KinemetricError as reading videos does */
  rate(): Promise<number | undefined>
  /** @throws KinemetricError of kind `unfit` where the frames cannot be had */
  read(window: FrameWindow, signal?: AbortSignal): Promise<WindowOfSource>
}

/** A video file, a folder of frames, or a single image. */
export function videoSource(path: string): FrameSource {
  return {
    files: [path],
    portable: { kind: 'video', data: path },
    rate: async () => (await probeVideo(path)).fps,
    read: (window, signal) => readWindow(path, window, signal),
  }
}
