import { hashBytes } from '@kinemetric/files'

/** Frames of a clip and every how many of the source. */
export interface ClipLength {
  frames: number
  stride: number
}

/** Which frames of a window have to show everything: those that the clip uses, all from its first to its end, or its first one alone; none. */
export type CheckedFrames = 'used' | 'all' | 'first' | 'none'

/** The source's frames that a clip from `start` uses. */
export function usedFrames(start: number, { frames, stride }: ClipLength): number[] {
  return Array.from({ length: frames }, (_, index) => start + index * stride)
}

/**
 * Every start from which a window fits into the source and shows everything in the frames that are checked, in ascending order. Where only every
 * `stride`-th frame is checked they need not be contiguous: one bad frame hits every `stride`-th start.
 * @param total frames of the source
 * @param span source frames that a window needs, at least (frames − 1) · stride + 1
 * @param isVisible whether a source frame shows everything
 */
export function validStarts(
  total: number,
  span: number,
  length: ClipLength,
  checked: CheckedFrames,
  isVisible: (frame: number) => boolean,
): number[] {
  const visible = Array.from({ length: total }, (_, frame) => isVisible(frame))
  const offsets = checkedOffsets(checked, span, length)
  const starts: number[] = []
  for (let start = 0; start + span <= total; start++)
    if (offsets.every((offset) => visible[start + offset])) starts.push(start)
  return starts
}

function checkedOffsets(checked: CheckedFrames, span: number, length: ClipLength): number[] {
  if (checked === 'none') return []
  if (checked === 'first') return [0]
  if (checked === 'used') return usedFrames(0, length)
  return Array.from({ length: Math.min(span, length.frames * length.stride) }, (_, index) => index)
}

/** How one of the valid starts is chosen. */
export type WindowChoice = 'centre' | 'first' | 'last' | 'random'

/**
 * One of the valid starts. `centre`: the middle, rounded down, of the longest run of starts that follow one another, of several the earliest. `random`: by
 * seed and name alone, so that no other clip and no order of work moves it: the first 32 bits of SHA-256 of `<seed>:<id>`, modulo their number.
 * @param starts ascending; undefined is returned where there is none
 */
export function chooseStart(
  starts: readonly number[],
  choice: WindowChoice,
  { id, seed }: { id: string; seed: number },
): number | undefined {
  if (starts.length === 0) return undefined
  if (choice === 'first') return starts[0]
  if (choice === 'last') return starts[starts.length - 1]
  if (choice === 'random') return starts[draw(id, seed) % starts.length]
  const [from, to] = longestRun(starts)
  return Math.floor((from + to) / 2)
}

/** A whole number below 2³² that a seed and a name decide. */
function draw(id: string, seed: number): number {
  return Number.parseInt(hashBytes(`${seed}:${id}`).slice(0, 8), 16)
}

/** First and last of the longest run of consecutive numbers. */
function longestRun(numbers: readonly number[]): [number, number] {
  let best: [number, number] = [numbers[0], numbers[0]]
  let from = numbers[0]
  for (const [index, number] of numbers.entries()) {
    if (index > 0 && number !== numbers[index - 1] + 1) from = number
    if (number - from > best[1] - best[0]) best = [from, number]
  }
  return best
}
