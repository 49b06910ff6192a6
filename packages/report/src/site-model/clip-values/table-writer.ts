import type { TableGroup } from '@kinemetric/records'
import type { ScratchFile } from './scratch-file.ts'

/** A metric under a recipe, as tables name it. */
export interface StoredMetric {
  metric: string
  recipe: string
}

/** Where a method's values go. */
interface TableShape {
  metrics: readonly StoredMetric[]
  clips: number
  frames: number
  /** Number of the method's first metric among those of all methods. */
  first: number
}

interface TableTarget {
  own: ScratchFile
  byFrame: ScratchFile
  /** By metric, what was found. */
  has: { own: boolean; frames: boolean }[]
}

/** Writes the rows of one method's table to their places, metric by metric and clip by clip. Frames of several samples become their mean. */
export class TableWriter {
  readonly #shape: TableShape
  readonly #target: TableTarget
  /** Metric by name, then recipe. */
  readonly #metrics = new Map<string, Map<string, number>>()
  /** Of frames that several samples have: how many, by place. Only tables of samples fill it. */
  readonly #counts = new Map<number, number>()

  constructor(shape: TableShape, target: TableTarget) {
    this.#shape = shape
    this.#target = target
    for (const [at, { metric, recipe }] of shape.metrics.entries()) {
      const recipes = this.#metrics.get(metric) ?? new Map<string, number>()
      this.#metrics.set(metric, recipes.set(recipe, at))
    }
  }

  write(group: TableGroup, placeOf: (clip: string) => number | undefined): void {
    const [clips, metrics, recipes] = [group.texts('clip'), group.texts('metric'), group.texts('recipe')]
    const [frames, values] = [group.numbers('frame'), group.numbers('value')]
    const { clips: count, frames: perClip, first } = this.#shape
    const { own, has } = this.#target
    let [lastClip, place]: [string | undefined, number | undefined] = [undefined, undefined]
    for (let row = 0; row < group.rows; row++) {
      if (clips[row] !== lastClip) {
        lastClip = clips[row]
        place = placeOf(lastClip)
      }
      const metric = this.#metrics.get(metrics[row])?.get(recipes[row])
      if (place === undefined || metric === undefined) continue
      const at = (first + metric) * count + place
      const frame = frames[row]
      const sample = group.samples?.[row] ?? ''
      if (frame >= 0 && frame < perClip) {
        this.#writeFrame(at * perClip + frame, values[row], sample !== '')
        has[metric].frames = true
      } else if (frame === -1 && sample === '') {
        own.set(at, written(values[row]))
        has[metric].own = true
      }
    }
  }

  /** Makes means of what was summed over samples. */
  finish(): void {
    const { byFrame } = this.#target
    for (const [at, count] of this.#counts) byFrame.set(at, written(byFrame.get(at) / count))
  }

  #writeFrame(at: number, value: number, isOfSample: boolean): void {
    const { byFrame } = this.#target
    const count = isOfSample ? (this.#counts.get(at) ?? 0) : 0
    if (isOfSample) this.#counts.set(at, count + 1)
    byFrame.set(at, written(count === 0 ? value : byFrame.get(at) + value))
  }
}

/** 0 is what was never written: a real one is kept as −0, which prints as 0 does. */
export function written(value: number): number {
  return value === 0 ? -0 : value
}
