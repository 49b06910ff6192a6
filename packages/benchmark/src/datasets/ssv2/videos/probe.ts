import { isError, portableMessage, readRegularFile } from '@kinemetric/files'
import { countFrames, matroskaOutline, probeVideo, streamFrames } from '@kinemetric/video'

/** What a video is found to be when it is decoded. */
export interface ProbedVideo {
  height: number
  width: number
  /** Frames a second, where the file says. */
  fps: number | null
  /** Frames that decode: containers may not say, or be wrong. */
  frames: number
  /** What is wrong behind them: a file that was cut, damaged data. */
  damage?: string | undefined
  /** Said by the container alone: nothing was decoded. */
  undecoded?: true | undefined
}

/** Why nothing of a video can be used. `lasting`: as long as the file stays as it is, whoever reads it. `absent`: a link that leads to nothing. */
export interface Unreadable {
  unreadable: string
  lasting: boolean
  absent?: boolean | undefined
}

export type Probe = ProbedVideo | Unreadable

/** What a video's container says; undefined where only decoding tells. */
export async function outline(path: string): Promise<ProbedVideo | undefined> {
  const bytes = await readRegularFile(path, { maxBytes: 2 ** 26 }).catch(() => undefined)
  const said = bytes === undefined ? undefined : matroskaOutline(bytes)
  if (said === undefined || said.frames === 0) return undefined
  const { height, width, fps = null, frames } = said
  return { height, width, fps, frames, undecoded: true }
}

/** Decodes a video to its end without converting a frame. Never throws for what is wrong with the file. */
export async function probe(path: string, signal?: AbortSignal): Promise<Probe> {
  try {
    const { height, width, fps = null } = await probeVideo(path)
    const { frames, damage } = await framesOf(path, signal)
    if (frames === 0) return { unreadable: damage ?? 'no frame of it decodes', lasting: true }
    return { height, width, fps, frames, ...(damage === undefined ? {} : { damage }) }
  } catch (error) {
    signal?.throwIfAborted()
    if (!isError(error) || isError(error, 'missing')) throw error
    const lasting = isError(error, 'unfit') && !isError(error, 'unfit', 'not-found', 'not-readable')
    const absent = isError(error, 'unfit', 'not-found')
    return { unreadable: portableMessage(error), lasting, ...(absent ? { absent } : {}) }
  }
}

async function framesOf(path: string, signal: AbortSignal | undefined): Promise<{ frames: number; damage?: string }> {
  try {
    return { frames: await countFrames(path, { signal }) }
  } catch (error) {
    if (!isError(error, 'unfit', 'truncated', 'damaged', 'no-frames')) throw error
    return { frames: await framesBefore(path, signal), damage: error.sentence }
  }
}

/** Frames that decode before the damage. */
async function framesBefore(path: string, signal: AbortSignal | undefined): Promise<number> {
  let frames = 0
  try {
    for await (const { index } of streamFrames(path, { signal })) frames = index + 1
  } catch {
    signal?.throwIfAborted()
  }
  return frames
}
