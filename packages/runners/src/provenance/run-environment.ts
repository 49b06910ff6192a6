import { isDeepStrictEqual } from 'node:util'
import { nvidiaCards, onnxruntimeVersion } from '@kinemetric/networks'
import { type CodeVersion, codeVersion, describeMachine, type RecordMachine } from '@kinemetric/records'
import type { Device } from '../generator/generator.ts'

/** Where and by what samples were made: it is written down in run.json, and decides nothing. */
export interface RunEnvironment extends RecordMachine {
  readonly code: CodeVersion
  readonly provider: Device
  /** NVIDIA's cards and their driver, where the provider may run on one. */
  readonly cards?: readonly string[]
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
  const cards = provider === 'cpu' ? [] : nvidiaCards()
  const how = { provider, ...(cards.length === 0 ? {} : { cards }), threads: threads ?? null, lowMemory }
  return { code: await codeVersion(), ...machine, ...how }
}

/** What may change a rounding of a network, in the words of run.json. */
const rounding = ['cpu', 'arch', 'cards', 'onnxruntime', 'threads', 'lowMemory'] as const

/** In what an environment differs from an earlier one, of all that may change a rounding of a network. */
export function otherRoundings(before: Readonly<Record<string, unknown>>, now: RunEnvironment): string[] {
  return rounding.filter((name) => !isDeepStrictEqual(before[name], now[name]))
}
