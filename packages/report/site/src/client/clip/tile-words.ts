import type { FrameSource, Shown } from './frame-source.ts'
import type { SourceProblem } from './source-error.ts'

/** What stands in place of a picture, '' where the picture is the frame that was asked for. */
export function answerWords(
  source: Pick<FrameSource, 'times' | 'canSeek'>,
  asked: number,
  shown: Shown,
  frames: number,
): string {
  if (shown.frame === asked) return ''
  const has = source.times?.frames ?? frames
  if (asked >= has) return `This video ends at frame ${has - 1}: it has ${has} of ${frames} frames.`
  if (!source.canSeek)
    return 'This video cannot be shown at a chosen frame: the server sends no byte ranges and scripts may not fetch it.'
  if (shown.frame === null) return `Frame ${asked} of this video cannot be shown here.`
  return `This video stands at frame ${shown.frame}, not ${asked}.`
}

/** Why a tile has no picture at all. From disk a browser does not say which of the two it is. */
export function problemWords(problem: SourceProblem, fromDisk: boolean): string {
  if (fromDisk) return 'This video is missing, or cannot be read here.'
  return problem === 'missing' ? 'This video is missing here.' : 'This video cannot be read here.'
}

/** What names the frame on screen. Without a picture, or a browser that tells, it claims none. */
export function frameWords(frame: number, frames: number, pictures: number, told: boolean): string {
  if (pictures === 0) return `frame ${frame} (no picture)`
  return told ? `frame ${frame} of ${frames - 1}` : `frame ${frame} (asked)`
}
