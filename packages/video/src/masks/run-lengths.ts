import { videoError } from '../frames/video-error.ts'
import type { BinaryMask } from './binary-mask.ts'

/** A mask as COCO stores it: [height, width], and runs of 0, 1, 0, … column by column, as a list or as a string. */
export interface RunLengths {
  readonly size: readonly [number, number]
  readonly counts: string | readonly number[]
}

/** The largest mask that is decoded, in pixels: guards memory against hostile headers. */
export const maxMaskPixels = 2 ** 26

/** Groups of five bits in one number: more than any run of a mask needs, and few enough for exact arithmetic. */
const MOST_GROUPS = 10

/**
 * The mask of COCO run lengths, compressed (a string) or not (a list). Runs start with zeros and go down the columns.
 * Source: cocodataset/cocoapi common/maskApi.c.
 * @throws KinemetricError `bad-mask` for a size that is none or above 2²⁶ pixels, a character that stands for no number, a string that ends inside of one, a
 * run below 0, and runs that do not fill the mask
 */
export function decodeRunLengths({ size, counts }: RunLengths): BinaryMask {
  const [height, width] = requireMaskSize(size)
  const runs = typeof counts === 'string' ? parseCounts(counts) : counts
  requireRuns(runs, height, width)
  const inside = new Uint8Array(height * width)
  let at = 0
  for (const [index, run] of runs.entries()) {
    if (index % 2 === 1) for (let i = at; i < at + run; i++) inside[(i % height) * width + Math.floor(i / height)] = 1
    at += run
  }
  return { height, width, inside }
}

/** A mask as COCO's compressed run lengths, byte for byte as its own library writes them. */
export function encodeRunLengths({ height, width, inside }: BinaryMask): { size: [number, number]; counts: string } {
  const runs: number[] = []
  let [value, run] = [0, 0]
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) {
      if (inside[y * width + x] !== value) {
        runs.push(run)
        run = 0
        value = 1 - value
      }
      run++
    }
  runs.push(run)
  // From the fourth on a run is written as its difference to the one two before.
  const counts = runs.map((length, i) => writeNumber(i > 2 ? length - runs[i - 2] : length)).join('')
  return { size: [height, width], counts }
}

function parseCounts(text: string): number[] {
  const runs: number[] = []
  let [value, groups] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) - 48
    if (code < 0 || code > 63)
      throw badMask('characters from "0" to "o"', `${JSON.stringify(text[at])} at character ${at + 1}`)
    value += (code & 31) * 32 ** groups++
    if (groups > MOST_GROUPS)
      throw badMask(`numbers of at most ${MOST_GROUPS} characters`, `more at character ${at + 1}`)
    if ((code & 32) !== 0) continue
    if ((code & 16) !== 0) value -= 32 ** groups
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value)
    value = groups = 0
  }
  if (groups > 0) throw badMask('a string of whole numbers', 'one that ends inside of a number')
  return runs
}

function writeNumber(number: number): string {
  let text = ''
  for (let rest = number; ;) {
    const group = rest & 31
    rest >>= 5
    const more = (group & 16) === 0 ? rest !== 0 : rest !== -1
    text += String.fromCharCode((more ? group | 32 : group) + 48)
    if (!more) return text
  }
}

function requireMaskSize([height, width]: readonly [number, number]): readonly [number, number] {
  const whole = Number.isInteger(height) && Number.isInteger(width) && height >= 1 && width >= 1
  if (whole && height * width <= maxMaskPixels) return [height, width]
  throw badMask(`a size [height, width] of at most ${maxMaskPixels} pixels`, `[${height}, ${width}]`)
}

function requireRuns(runs: readonly number[], height: number, width: number): void {
  let sum = 0
  for (const [index, run] of runs.entries()) {
    if (!Number.isInteger(run) || run < 0) throw badMask('runs from 0', `${run} as run ${index + 1}`)
    sum += run
  }
  if (sum !== height * width)
    throw badMask(`runs of ${height * width} pixels in all (${height}×${width})`, `${sum} pixels`)
}

function badMask(expected: string, found: string) {
  return videoError('bad-mask', 'run lengths', { expected, found })
}
