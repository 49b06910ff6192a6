import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { RecordMachine } from '@kinemetric/records'

/** The machine as a record names it. Nothing that changes while it runs. */
export function describeMachine(): RecordMachine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    arch: arch(),
    node: process.version,
    onnxruntime: onnxruntimeVersion(),
  }
}

function onnxruntimeVersion(): string | null {
  try {
    const networks = createRequire(import.meta.resolve('@kinemetric/networks'))
    const { version }: { version?: unknown } = networks('onnxruntime-node/package.json')
    return typeof version === 'string' ? version : null
  } catch {
    return null
  }
}
