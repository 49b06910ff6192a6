import { join } from 'node:path'
import { scanTable } from '@kinemetric/records'
import { ScratchFile } from './scratch-file.ts'
import { type StoredMetric, TableWriter, written } from './table-writer.ts'

/** Frames beyond are no frames of a clip that anybody scores. */
const mostFrames = 4096
/** Clips whose frames are read at once. */
const block = 256

/**
 * The values of a protocol by metric, method and clip. They lie on disk, so that any number of clips and methods takes the memory of one column or one
 * shard: tables are read group by group, and what is asked for is read back in the order of the clips.
 */
export class ClipStore {
  readonly ids: readonly string[]
  readonly metrics: readonly StoredMetric[]
  /** Frames that a clip has at most. */
  readonly frames: number
  readonly #places: ReadonlyMap<string, number>
  readonly #own: ScratchFile
  readonly #byFrame: ScratchFile
  /** `[method][metric]`: has the clip's own values, has values by frame. */
  readonly #has: { own: boolean; frames: boolean }[][] = []

  /**
   * @param ids of all clips, in their order
   * @param metrics the only ones that are kept
   * @param frames that a clip has at most
   * @param folder of our own, for files that nobody else has
   */
  constructor(ids: readonly string[], metrics: readonly StoredMetric[], frames: number, folder: string) {
    this.ids = ids
    this.metrics = metrics
    this.frames = Math.min(mostFrames, Math.max(1, frames))
    this.#places = new Map(ids.map((id, at) => [id, at]))
    this.#own = new ScratchFile(join(folder, 'values'))
    this.#byFrame = new ScratchFile(join(folder, 'frames'))
  }

  /**
   * Takes a method's values out of its table.
   * @param method its number, from 0
   * @param shown the id that pages show of a clip of the table
   * @throws KinemetricError `not-found`, `not-readable`, `invalid`; then the method has no values
   */
  async add(method: number, path: string, shown: (clip: string) => string): Promise<void> {
    const has = this.metrics.map(() => ({ own: false, frames: false }))
    const writer = new TableWriter(
      { metrics: this.metrics, clips: this.ids.length, frames: this.frames, first: method * this.metrics.length },
      { own: this.#own, byFrame: this.#byFrame, has },
    )
    await scanTable(path, ['clip', 'frame', 'metric', 'recipe', 'value', 'sample'], (group) =>
      writer.write(group, (clip) => this.#places.get(shown(clip))),
    )
    writer.finish()
    this.#has[method] = has
  }

  /** Place of a clip; undefined where there is none of that name. */
  placeOf(clip: string): number | undefined {
    return this.#places.get(clip)
  }

  /** Whether any method has values of a metric. */
  has(metric: number): boolean {
    return this.#has.some((byMetric) => byMetric?.[metric].own || byMetric?.[metric].frames)
  }

  /** Whether any method has values by frame of a metric. */
  hasFrames(metric: number): boolean {
    return this.#has.some((byMetric) => byMetric?.[metric].frames)
  }

  /** A method's values of a metric, a clip each: its own (frame −1), else the mean of its finite frames; NaN for none. */
  column(metric: number, method: number, from = 0, to = this.ids.length): Float64Array {
    const values = new Float64Array(to - from)
    const has = this.#has[method]?.[metric]
    if (has?.own) this.#own.read(this.#placeIn(metric, method) + from, values)
    if (has?.frames) this.#fillByMeans(metric, method, from, values)
    return withoutEmpty(values)
  }

  /** Values by frame of the clips `from` to `to`, `frames` each, NaN for none; null where the method has none. */
  curves(metric: number, method: number, from: number, to: number): Float64Array | null {
    if (!this.#has[method]?.[metric].frames) return null
    const values = new Float64Array((to - from) * this.frames)
    this.#byFrame.read((this.#placeIn(metric, method) + from) * this.frames, values)
    return withoutEmpty(values)
  }

  close(): void {
    this.#own.close()
    this.#byFrame.close()
  }

  #placeIn(metric: number, method: number): number {
    return (method * this.metrics.length + metric) * this.ids.length
  }

  #fillByMeans(metric: number, method: number, from: number, values: Float64Array): void {
    for (let begin = 0; begin < values.length; begin += block) {
      const end = Math.min(values.length, begin + block)
      if (!values.subarray(begin, end).some(isEmpty)) continue
      const curves = this.curves(metric, method, from + begin, from + end)!
      for (let clip = begin; clip < end; clip++)
        if (isEmpty(values[clip]))
          values[clip] = meanOf(curves.subarray((clip - begin) * this.frames, (clip - begin + 1) * this.frames))
    }
  }
}

/** What was never written. */
function isEmpty(value: number): boolean {
  return Object.is(value, 0)
}

function withoutEmpty(values: Float64Array): Float64Array {
  for (let at = 0; at < values.length; at++) if (isEmpty(values[at])) values[at] = Number.NaN
  return values
}

function meanOf(values: Float64Array): number {
  let [sum, count] = [0, 0]
  for (const value of values)
    if (Number.isFinite(value)) {
      sum += value
      count++
    }
  return count === 0 ? Number.NaN : written(sum / count)
}
