import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { preloadOnnxruntime } from '../cuda/preload-cuda.ts'
import { requireOnnxruntime } from '../runtime/require-onnxruntime.ts'
import { networkError } from '../tracklets/network-error.ts'

export type { InferenceSession, Tensor } from 'onnxruntime-node'

export type OnnxRuntime = typeof import('onnxruntime-node')

// Official builds of onnxruntime report every session to Microsoft (graph names and hashes, machine, timings) unless this is set before the first one is
// made. Scoring a video is nobody else's business, so it is set unless the user has set it. Worker threads inherit the choice of the main thread.
process.env.ORT_DISABLE_TELEMETRY ??= '1'

let loaded: Promise<OnnxRuntime> | undefined

/**
 * onnxruntime: the only place that loads it, with a door of its own in this package for who needs products in float64 and no networks. Where it was not
 * installed it is fetched now. @throws KinemetricError `not-installed` where it does not load; as `requireOnnxruntime`
 */
export function onnxruntime(): Promise<OnnxRuntime> {
  loaded ??= load().catch((cause: unknown) => {
    loaded = undefined
    throw cause
  })
  return loaded
}

async function load(): Promise<OnnxRuntime> {
  const { folder } = await requireOnnxruntime()
  try {
    await preloadOnnxruntime()
    // By its place: where it was fetched no name leads to it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package of that version
    return (await import(pathToFileURL(join(folder, 'dist', 'index.js')).href)) as OnnxRuntime
  } catch (cause) {
    throw doesNotLoad(folder, cause)
  }
}

function doesNotLoad(folder: string, cause: unknown) {
  const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
  const said = { expected: 'onnxruntime-node, which runs the networks', found: `one that does not load (${reason})` }
  return networkError('not-installed', folder, said, { cause })
}
