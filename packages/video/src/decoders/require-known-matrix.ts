import { videoError } from '../frames/video-error.ts'

/** Matrices of ITU-T H.273 that swscale has coefficients for (untagged: BT.601), by FFmpeg's names and by their numbers. */
const known = new Map([
  [0, 'gbr'],
  [1, 'bt709'],
  [2, 'unknown'],
  [3, 'reserved'],
  [4, 'fcc'],
  [5, 'bt470bg'],
  [6, 'smpte170m'],
  [7, 'smpte240m'],
  [9, 'bt2020nc'],
])

/**
 * Refuses a stream whose colour matrix nothing here can undo: some versions of swscale would silently take another one.
 * @param matrix FFmpeg's name or the number of the standard; undefined where the stream has no tag
 * @throws KinemetricError `unsupported`
 */
export function requireKnownMatrix(path: string, matrix: string | number | undefined): void {
  if (matrix === undefined || (typeof matrix === 'number' ? known.has(matrix) : [...known.values()].includes(matrix)))
    return
  const expected = 'a colour matrix that can be undone (RGB, BT.709, FCC, BT.601, SMPTE 240M, BT.2020)'
  throw videoError('unsupported', path, { expected, found: `${typeof matrix === 'number' ? 'number ' : ''}${matrix}` })
}
