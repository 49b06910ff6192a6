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

type Flavor = 'regular' | 'last-resort'
type Collect = (options: { type: 'major'; execution: 'sync'; flavor: Flavor }) => void

let collect: Collect | undefined

/**
 * Has V8 collect what is garbage now and give all that it can back to the system: a third of a second. V8 lets its heap grow with what passes through it, and of
 * memory that another process needs it knows nothing.
 * @param flavor `regular` is a tenth of a second, and the young generation stays as large as it is
 */
export function collectGarbage(flavor: Flavor = 'last-resort'): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- V8's own function, which contexts that are made now have
    collect = runInNewContext('gc') as Collect
    setFlagsFromString('--no-expose-gc')
  }
  collect({ type: 'major', execution: 'sync', flavor })
}

/** So many lines, names or clips leave some 50 MB of garbage. */
const MANY = 40_000

let passed = 0

/**
 * To be called for each line, name or clip by whoever goes through very many and holds little of them: now and then garbage is collected. Going through a hundred
 * thousand lines would otherwise leave a process with twice the memory that it needs.
 */
export function passedOne(): void {
  if (++passed % MANY === 0) collectGarbage('regular')
}
