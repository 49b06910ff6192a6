import type { ClipSize, ClipWork } from '../latent/clip-work.ts'
import { pathsOf } from '../latent/given-checkpoints.ts'
import { estimateMemory, type MemoryEstimate } from '../latent/memory-estimate.ts'
import type { Execution } from '../execution/execution.ts'
import { dtypeOf } from '../execution/measured-steps.ts'
import type { WantedRoom } from './require-room.ts'

/** What the samples that are to be made want of memory and disk. A network's share is left out where its weights are not here: opening it says so. */
export async function wantedRoom(
  execution: Pick<Execution, 'method' | 'samples' | 'out' | 'settings' | 'device' | 'native' | 'searchPath'>,
): Promise<WantedRoom> {
  const { samples, out, settings, device, native } = execution
  const sizes = samples.map(({ clip }): ClipSize => {
    const [height, width] = clip.geometry.target
    return { frames: clip.window.count, height, width }
  })
  const most = sizes.reduce((sum, size) => sum + frameBytes(size) + (native.preview ? previewBytes(size) : 0), 0)
  const works = await worksOf(execution, sizes)
  const setting = { device, dtype: dtypeOf(settings), lowMemory: native.lowMemory }
  const dumped = works.reduce((sum, work) => sum + dumpBytes(work), 0)
  return {
    memory:
      device === 'cpu' && works.length > 0 ? largest(works.map((work) => estimateMemory(work, setting))) : undefined,
    frames: { folder: out, most },
    dump: native.dump === undefined ? undefined : { folder: native.dump, bytes: dumped },
  }
}

/** One a size that occurs would do for memory; what is dumped adds up. */
async function worksOf(
  { method, settings, native, searchPath }: Pick<Execution, 'method' | 'settings' | 'native' | 'searchPath'>,
  sizes: readonly ClipSize[],
): Promise<ClipWork[]> {
  const workOf = method.native?.sees === 'condition' ? await method.native.work?.() : undefined
  if (workOf === undefined) return []
  const paths = await pathsOf(method.spec, { checkpoints: native.checkpoints, searchPath })
  const here = Object.entries(method.spec.checkpoints).every(
    ([word, { optional }]) => optional || paths[word] !== undefined,
  )
  if (!here) return []
  const known = new Map<string, ClipWork>()
  const works: ClipWork[] = []
  for (const size of sizes) {
    const key = JSON.stringify(size)
    // What is wrong with a checkpoint is said where it is opened.
    const work = known.get(key) ?? (await workOf(paths, settings, size, native.lowMemory).catch(() => undefined))
    if (work === undefined) return []
    known.set(key, work)
    works.push(work)
  }
  return works
}

/** What the frames of a clip's sample take at most, in bytes: what PNG cannot make smaller. */
export function frameBytes({ frames, height, width }: ClipSize): number {
  return frames * height * width * 3
}

/** What its preview takes at most: H.264 keeps half of the colour, and what it cannot make smaller as it is. */
export function previewBytes(size: ClipSize): number {
  return frameBytes(size) / 2
}

/** What a dump takes at most, in bytes: float32, and a line in the file's header for each tensor, of which steps have the most. */
export function dumpBytes({ dumped, steps }: Pick<ClipWork, 'dumped' | 'steps'>): number {
  return 4 * dumped + 128 * (steps + 8)
}

/** What a run needs of memory for clips of these kinds. */
export function largest(estimates: readonly MemoryEstimate[]): MemoryEstimate {
  return {
    about: Math.max(...estimates.map(({ about }) => about)),
    least: Math.max(...estimates.map(({ least }) => least)),
  }
}
