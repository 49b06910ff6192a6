import type { ClipWork } from './clip-work.ts'

/** Memory in bytes. */
export interface MemoryEstimate {
  /** What a run will hold at its peak, within a fifth or so. */
  readonly about: number
  /** What no run can do with less of: far below `about`, since pages of a file in place can be given back. */
  readonly least: number
}

export interface MemorySetting {
  readonly device: string
  readonly dtype: string
  readonly lowMemory: boolean
}

/** Node, onnxruntime and what operators want besides: 1.4 GiB of a step of InterDyn at 128×192 with its weights in the file, less its maps. */
const processBytes = 0.86e9

/** About as many maps as wide as the widest lie in memory while a step runs, those that skip levels counted in. */
const mapsAtOnce = 10

/**
 * The memory of a generator's process, on a card the card's. Measured (bench/networks.md, 14 frames, steps alone): 13.4 and 11.7 GiB at 128×192 and 256×384 in
 * float32, of which this says 12.7 and 12.8; 5.3 and 6.9 GiB with `--low-memory`, of which this says 5.3 and 6.8.
 */
export function estimateMemory(work: ClipWork, { device, dtype, lowMemory }: MemorySetting): MemoryEstimate {
  const { stepWeights, otherWeights, widestMap, fileBytes } = work
  // The CPU has no 16-bit arithmetic in onnxruntime: it widens weights in any case.
  const bytes = dtype === 'float16' && device !== 'cpu' ? 2 : 4
  const maps = mapsAtOnce * bytes * widestMap
  const fewest = 2 * bytes * widestMap
  if (lowMemory && work.staysInFile && device === 'cpu')
    return { about: processBytes + fileBytes * stepWeights + maps, least: fewest }
  // While a session opens, the file's own pages stand beside the wider copies.
  const opening = bytes * stepWeights + (fileBytes === bytes ? 0 : fileBytes * stepWeights)
  const step = Math.max(opening, bytes * stepWeights + maps)
  const others = bytes * otherWeights
  return {
    about: processBytes + (lowMemory ? Math.max(step, others) : step + others),
    least: (bytes * stepWeights) / 2 + fewest,
  }
}
