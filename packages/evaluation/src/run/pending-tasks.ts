import { grown } from '@kinemetric/files'
import { type MeasuringInput, type Task, taskAt, type TaskPlace } from './tasks.ts'

/** Tasks of one reference by one set of measurers at a time, so that what is of the reference is done once for them. */
export interface TaskGroups {
  readonly length: number
  at(index: number): readonly Task[]
}

/** So many videos of usual size are held at once. */
const videosAtOnce = 8

/** Tasks that are to be done, in some 16 bytes each: they are made of their places when their turn comes. */
export class PendingTasks implements Iterable<Task> {
  readonly #input: MeasuringInput
  /** `[tasks, 4]` method, clip, sample, against. */
  #places = new Int32Array(64)
  #length = 0

  constructor(input: MeasuringInput) {
    this.#input = input
  }

  get length(): number {
    return this.#length
  }

  add({ method, clip, sample, against }: TaskPlace): void {
    this.#places = grown(this.#places, 4 * (this.#length + 1))
    this.#places.set([method, clip, sample, against], 4 * this.#length++)
  }

  at(index: number): Task {
    return taskAt(this.#input, this.#placeAt(index))
  }

  *[Symbol.iterator](): Generator<Task> {
    for (let index = 0; index < this.length; index++) yield this.at(index)
  }

  /** In groups of a few, reference by reference in the order in which they are first asked for. */
  groups(): TaskGroups {
    const order = this.#byReference()
    const starts = this.#starts(order)
    const at = (index: number) => Array.from(order.subarray(starts[index], starts[index + 1]), (task) => this.at(task))
    return { length: starts.length - 1, at }
  }

  #placeAt(index: number): TaskPlace {
    const [method, clip, sample, against] = this.#places.subarray(4 * index, 4 * index + 4)
    return { method, clip, sample, against }
  }

  /** Of a task its reference's place, and which measurers measure it, by number. */
  #kindOf(index: number): { reference: number; measurers: number } {
    const { method, clip, against } = this.#placeAt(index)
    const { measurers } = this.#input.methods[method]
    const same = this.#input.methods.findIndex((each) => each.measurers === measurers)
    return { reference: against < 0 ? clip : against, measurers: 2 * same + (against < 0 ? 0 : 1) }
  }

  /** `[tasks]` their numbers, those of one reference together. */
  #byReference(): Uint32Array {
    const count = this.#input.references.clips.length
    /** `[references]` which is asked for first, second, …, from 1. */
    const rank = new Uint32Array(count)
    /** `[ranks]` how many tasks, then where they begin. */
    const begins = new Uint32Array(count + 1)
    let ranks = 0
    for (let task = 0; task < this.#length; task++) {
      const { reference } = this.#kindOf(task)
      if (rank[reference] === 0) rank[reference] = ++ranks
      begins[rank[reference]]++
    }
    for (let at = 1; at <= count; at++) begins[at] += begins[at - 1]
    const order = new Uint32Array(this.#length)
    for (let task = 0; task < this.#length; task++) order[begins[rank[this.#kindOf(task).reference] - 1]++] = task
    return order
  }

  /** Where each group begins in the order, and where the last one ends; within a reference the order is by measurers from then on. */
  #starts(order: Uint32Array): Uint32Array {
    let starts = new Uint32Array(64)
    let groups = 0
    const begin = (at: number) => {
      starts = grown(starts, groups + 2)
      starts[groups++] = at
    }
    for (let from = 0; from < order.length;) {
      const { reference } = this.#kindOf(order[from])
      let to = from
      while (to < order.length && this.#kindOf(order[to]).reference === reference) to++
      const own = order.subarray(from, to)
      const sorted = Map.groupBy(own, (task) => this.#kindOf(task).measurers)
      own.set([...sorted.values()].flat())
      let at = from
      for (const same of sorted.values()) {
        for (let first = 0; first < same.length; first += videosAtOnce) begin(at + first)
        at += same.length
      }
      from = to
    }
    starts = grown(starts, groups + 1)
    starts[groups] = order.length
    return starts.subarray(0, groups + 1)
  }
}
