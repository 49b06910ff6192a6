import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Keeps V8's young generation as it is: grown to its full size it holds 100 MiB and more that a process which reads much and keeps little never gives back. To
 * be called once, by whoever owns the process, where memory counts more than a quarter of the processor time.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** Has V8 collect what is garbage now: before another process needs the memory, of which V8 knows nothing. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  if (typeof collect === 'function') collect()
}
