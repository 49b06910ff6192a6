import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { RecordMachine } from '../schemas/record.ts'

/** This machine as a record names it. Nothing that changes while it runs. @param onnxruntime its version; null where it is not installed */
export function describeMachine(onnxruntime: string | null): RecordMachine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    arch: arch(),
    node: process.version,
    onnxruntime,
  }
}
