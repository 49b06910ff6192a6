import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type CollectGarbage = (options: { type: 'major'; execution: 'sync'; flavor: 'regular' | 'last-resort' }) => void

let collect: CollectGarbage | undefined

/**
 * Collects garbage now and gives its memory back to the system: a tenth of a second. V8 lets its heap grow with what passes through it, so that going through a
 * hundred thousand lines, of which nothing is held, would leave the process with twice the memory that it needs.
 */
export function returnMemory(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- V8's own function, which is there in a context made from now on
    collect = runInNewContext('gc') as CollectGarbage
  }
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

/** So many lines, names or clips leave some 50 MB of garbage. */
const MANY = 40_000

let passed = 0

/** To be called for each line, name or clip by whoever goes through very many and holds little of them: now and then memory is given back. */
export function passedOne(): void {
  if (++passed % MANY === 0) returnMemory()
}
