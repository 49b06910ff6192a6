import { preloadOnnxruntime } from '../cuda/preload-cuda.ts'
import { networkError } from '../tracklets/network-error.ts'

export type { InferenceSession, Tensor } from 'onnxruntime-node'

export type OnnxRuntime = typeof import('onnxruntime-node')

// Official builds of onnxruntime report every session to Microsoft (graph names and hashes, machine, timings) unless this is set before the first one is
// made. Scoring a video is nobody else's business, so it is set unless the user has set it. Worker threads inherit the choice of the main thread.
process.env.ORT_DISABLE_TELEMETRY ??= '1'

let loaded: Promise<OnnxRuntime> | undefined

/**
 * onnxruntime: the only place that loads it, with a door of its own in this package for who needs products in float64 and no networks. It may be absent:
 * its install script downloads what no network here needs, and npm leaves an optional package out whose script fails.
 * @throws KinemetricError `not-installed` with the command that gets it
 */
export function onnxruntime(): Promise<OnnxRuntime> {
  loaded ??= preloadOnnxruntime()
    .then(() => import('onnxruntime-node'))
    .catch((cause: unknown) => {
      loaded = undefined
      throw notInstalled(cause)
    })
  return loaded
}

function notInstalled(cause: unknown) {
  const absent = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
  const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
  const said = absent
    ? {
        expected: 'onnxruntime-node, which runs the networks',
        found:
          'none: its install script downloads CUDA libraries, and npm leaves the package out where that is blocked',
        then: 'install it without them: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0',
      }
    : { expected: 'onnxruntime-node, which runs the networks', found: `one that does not load (${reason})` }
  return networkError('not-installed', 'onnxruntime-node', said, { cause })
}
