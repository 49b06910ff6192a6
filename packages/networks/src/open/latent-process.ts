import { isError } from '@kinemetric/files'
import type { HeldLatents, LatentModel } from '../roles/latent-model.ts'
import type { CallSource } from '../session/call-messages.ts'
import { type CallProcess, startCallProcess } from '../session/call-process.ts'
import { cudaEnvironment } from '../cuda/cuda-environment.ts'
import type { Provider } from '../session/devices.ts'
import type { HostTensor } from '../session/session.ts'
import { networkError } from '../tracklets/network-error.ts'

export interface LatentProcessOptions {
  /** What the process's environment is made for. Default `cpu`. */
  readonly provider?: Provider | undefined
  /** float32 keeps NVIDIA's cards from rounding products to TF32, which is their default. */
  readonly dtype?: 'float32' | 'float16' | undefined
  /** Ends the process: a call that waits is refused with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

type Method = 'encode' | 'embed' | 'step' | 'stepHeld' | 'readHeld' | 'decode' | 'decodeBytes' | 'close'

/**
 * Opens a generator's networks in a process of their own. A native crash, the system's killing and a lack of memory are the error of the call that waits;
 * the next call opens the networks anew. Nothing is left behind when this process ends, however it does.
 *
 * @param source the function that opens the `LatentModel` there, and its arguments
 * @throws what that function throws; KinemetricError `process-died`, `out-of-memory`; `not-available` where CUDA's libraries are not here
 */
export async function openLatentProcess(source: CallSource, options: LatentProcessOptions = {}): Promise<LatentModel> {
  const { provider = 'cpu', dtype = 'float32', signal } = options
  const env = provider === 'cuda' ? await cudaEnvironment({ parity: dtype === 'float32' }) : {}
  const start = () => startCallProcess(source, { name: source.open, env, signal })
  let running: Promise<CallProcess> = start()
  const { facts } = await running
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the process serves a LatentModel: these are all of it but its methods
  const said = facts as Omit<LatentModel, Method>
  let open = true
  const process = async (): Promise<CallProcess> => {
    const current = running
    const there = await current.catch(() => undefined)
    if (there?.alive() === true) return there
    if (running === current) running = start()
    return running
  }
  const call = async <Given = HostTensor>(method: Method, argument: unknown): Promise<Given> => {
    if (!open) throw networkError('closed', said.network, 'used after close')
    const asked = await process()
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the process serves a LatentModel, whose methods give what they say
      return (await asked.call(method, [argument])) as Given
    } catch (error) {
      // What a card was doing is lost after either, and memory is given back by the end of a process alone.
      const spoilt = provider === 'cpu' ? ['out-of-memory'] : ['out-of-memory', 'run-failed']
      if (isError(error, undefined, ...spoilt)) await asked.close()
      throw error
    }
  }
  return {
    ...said,
    encode: (pictures) => call('encode', pictures),
    embed: (picture) => call('embed', picture),
    step: (feeds) => call('step', feeds),
    stepHeld: (feeds) => call<HeldLatents>('stepHeld', feeds),
    readHeld: (latents) => call('readHeld', latents),
    decode: (latents) => call('decode', latents),
    decodeBytes: (latents) => call('decodeBytes', latents),
    close: async () => {
      open = false
      await running.then(
        (process) => process.close(),
        () => undefined,
      )
    },
  }
}
