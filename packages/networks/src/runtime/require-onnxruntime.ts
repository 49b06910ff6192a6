import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isError, notify, systemCode, systemReason, withLock, makeFolder } from '@kinemetric/files'
import { networkError } from '../tracklets/network-error.ts'
import { fetchOnnxruntime, type FetchOptions } from './fetch-onnxruntime.ts'
import { findOnnxruntime, type FoundOnnxruntime, requireRuntimeFolder } from './find-onnxruntime.ts'
import { onnxruntimePackage } from './onnxruntime-package.ts'
import { unpackOnnxruntime } from './unpack-onnxruntime.ts'

export interface RequireOptions extends FetchOptions {
  /** Looks where it lies; for tests, which are to find none at first. */
  readonly find?: typeof findOnnxruntime | undefined
}

/**
 * onnxruntime-node of the pinned version; where it is not here it is fetched, once: of several processes one fetches and the others wait for it.
 * @throws KinemetricError `not-available` for a system without binaries, `no-home`, `write-failed` with the variable that names another folder; as `fetchOnnxruntime`
 */
export async function requireOnnxruntime({
  find = findOnnxruntime,
  ...options
}: RequireOptions = {}): Promise<FoundOnnxruntime> {
  return find() ?? made((base) => fetchOnnxruntime(base, { onFetch: notify, ...options }), find, options.signal)
}

/** The same from a file that was brought. @throws KinemetricError as `requireOnnxruntime` and `unpackOnnxruntime` */
export async function importOnnxruntime(file: string, signal?: AbortSignal): Promise<FoundOnnxruntime> {
  return findOnnxruntime() ?? made((base) => unpackOnnxruntime(file, base), findOnnxruntime, signal)
}

async function made(
  make: (base: string) => Promise<void>,
  find: typeof findOnnxruntime,
  signal: AbortSignal | undefined,
): Promise<FoundOnnxruntime> {
  requireSystem()
  const base = requireRuntimeFolder()
  for (;;) {
    try {
      await makeFolder(base)
      await withLock(join(base, '.lock'), async () => {
        if (find() === undefined) await make(base)
      })
      break
    } catch (error) {
      signal?.throwIfAborted()
      // Somebody else fetches it.
      if (isError(error, 'conflict', 'locked')) await pause(500, undefined, { signal })
      else throw isError(error) && !isError(error, 'disk') ? error : notWritten(base, error)
    }
  }
  const found = find()
  if (found !== undefined) return found
  throw networkError('malformed', base, { expected: `${onnxruntimePackage.name} in it`, found: 'none' })
}

function requireSystem(): void {
  const system = `${process.platform} ${process.arch}`
  const known: readonly string[] = onnxruntimePackage.systems
  if (known.includes(system)) return
  throw networkError('not-available', onnxruntimePackage.name, {
    expected: `one of the systems that it has binaries for (${known.join(', ')})`,
    found: system,
  })
}

function notWritten(base: string, cause: unknown) {
  return networkError(
    'write-failed',
    base,
    {
      expected: `a folder to put ${onnxruntimePackage.name} into, which runs the networks`,
      found: isError(cause) ? cause.message : `one that cannot be made (${systemCode(cause) ?? systemReason(cause)})`,
      then: 'set KINEMETRIC_RUNTIME to a folder that can be written to (it is used from there afterwards)',
    },
    { cause },
  )
}
