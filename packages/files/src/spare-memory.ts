import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Keeps V8's young generation as it is: grown to its full size it holds 100 MiB and more that a process which reads much and keeps little never gives back. To
 * be called once, by whoever owns the process, where memory counts more than a quarter of the processor time.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

/**
 * Does work of which little is held and much passes through, with V8's young generation as small as it is after garbage was collected: whoever has held a hundred
 * megabytes of it for a moment never gives them back. Then it may grow again.
 */
export async function withSmallYoungGeneration<T>(work: () => Promise<T>): Promise<T> {
  collectGarbage()
  keepYoungGenerationSmall()
  try {
    return await work()
  } finally {
    setFlagsFromString('--semi-space-growth-factor=2')
  }
}

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void

let collect: Collect | undefined

/**
 * Has V8 collect what is garbage now and give its memory back to the system: a tenth of a second. V8 lets its heap grow with what passes through it, so that going
 * through a hundred thousand lines, of which nothing is held, would leave a process with twice the memory that it needs; and of memory that another process needs
 * it knows nothing.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- V8's own function, which contexts that are made now have
    collect = runInNewContext('gc') as Collect
    setFlagsFromString('--no-expose-gc')
  }
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

/** So many lines, names or clips leave some 50 MB of garbage. */
const MANY = 40_000

let passed = 0

/** To be called for each line, name or clip by whoever goes through very many and holds little of them: now and then memory is given back. */
export function passedOne(): void {
  if (++passed % MANY === 0) collectGarbage()
}
