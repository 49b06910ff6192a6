import { InvalidArgumentError } from 'commander'
import { listOption } from './list-option.ts'

/** Parses a comma-separated option of frame numbers; repeated options add up. */
export function framesOption(text: string, previous: readonly number[] = []): number[] {
  const frames = listOption(text).map((part) => {
    const frame = Number(part)
    if (!Number.isSafeInteger(frame) || frame < 0)
      throw new InvalidArgumentError(`expected frame numbers from 0, separated by commas; found ${part}`)
    return frame
  })
  return [...previous, ...frames]
}
