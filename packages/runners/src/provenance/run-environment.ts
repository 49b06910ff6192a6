import { onnxruntimeVersion } from '@kinemetric/networks'
import { type CodeVersion, codeVersion, describeMachine, type RecordMachine } from '@kinemetric/records'
import type { Device } from '../generator/generator.ts'

/** Where and by what samples were made: it is written down in run.json, and decides nothing. */
export interface RunEnvironment extends RecordMachine {
  readonly code: CodeVersion
  readonly provider: Device
  /** Inside one operator of a network; null: one a core. */
  readonly threads: number | null
  readonly lowMemory: boolean
}

/** This process's, for a run on a device. */
export async function runEnvironment(
  provider: Device,
  { threads, lowMemory }: { readonly threads: number | undefined; readonly lowMemory: boolean },
): Promise<RunEnvironment> {
  const machine = describeMachine(onnxruntimeVersion())
  return { code: await codeVersion(), ...machine, provider, threads: threads ?? null, lowMemory }
}
