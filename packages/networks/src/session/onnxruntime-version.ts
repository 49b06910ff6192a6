import { createRequire } from 'node:module'

/** The version of onnxruntime that is installed, which is not loaded for it; null where it is not. */
export function onnxruntimeVersion(): string | null {
  try {
    const { version }: { version?: unknown } = createRequire(import.meta.url)('onnxruntime-node/package.json')
    return typeof version === 'string' ? version : null
  } catch {
    return null
  }
}
