import type { KinemetricError } from '@kinemetric/files'
import { networkError } from '../tracklets/network-error.ts'

/** What onnxruntime, CUDA, Vulkan, the C++ library and Node say where memory ends. */
const said =
  /failed to allocate memory|out of memory|out_of_(host|device)_memory|bad_?alloc|BFCArena|(cudaErrorMemory|CUBLAS_STATUS_ALLOC|CUDNN_STATUS_ALLOC)|CUDA (failure|error) 2\b|heap limit|cannot allocate memory/i

/** Whether a message of a native library or of a process that died says that memory ended. */
export function saysOutOfMemory(message: string): boolean {
  return said.test(message)
}

/** What to lower, in the order in which it costs least. */
export const whatToLower = 'try --low-memory, dtype float16, or smaller or fewer frames'

/** The error `out-of-memory`, which names the settings to lower. @param found what was said of it */
export function outOfMemory(where: string, found: string, options: ErrorOptions = {}): KinemetricError {
  return networkError('out-of-memory', where, { expected: 'enough memory', found, then: whatToLower }, options)
}
