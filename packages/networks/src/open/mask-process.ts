import type { MaskTracker } from '../roles/mask-tracker.ts'
import { startCallProcess } from '../session/call-process.ts'
import { cudaEnvironment } from '../cuda/cuda-environment.ts'
import { sam2Tracker } from '../models/sam2/predictors/sam2-tracker.ts'
import type { NetworkAsk, NetworkOptions } from './network-options.ts'
import { openNetwork } from './open-network.ts'

/** A network for masks with what loops over frames, in this process. @throws KinemetricError as `openNetwork` */
export async function openMaskTracker(ask: NetworkAsk, options: NetworkOptions = {}): Promise<MaskTracker> {
  const { network } = await openNetwork('masks', ask, options)
  return sam2Tracker(network)
}

/**
 * The same in a process of its own: a native crash, the system's killing and a lack of memory are the error of the call that waits, an abort is heard while
 * a graph runs, and CUDA's libraries are found. What crosses are frames and masks, not features.
 * @throws KinemetricError as `openNetwork`; `process-died`, `out-of-memory`; the signal's reason
 */
export async function openMaskProcess(
  ask: NetworkAsk,
  options: NetworkOptions = {},
  signal?: AbortSignal,
): Promise<MaskTracker> {
  const env = options.provider === 'cuda' ? await cudaEnvironment({ parity: true }) : {}
  const source = { module: import.meta.url, open: 'openMaskTracker', args: [ask, options] }
  const process = await startCallProcess(source, { name: 'masks', env, signal })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the process serves a MaskTracker: these are all of it but its methods
  const said = process.facts as Pick<MaskTracker, 'id' | 'digest' | 'imageSize'>
  const call = <Method extends 'still' | 'begin' | 'condition' | 'step' | 'remembered'>(
    method: Method,
    ...args: Parameters<MaskTracker[Method]>
  ) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the process serves a MaskTracker, whose methods give this
    return process.call(method, args) as ReturnType<MaskTracker[Method]>
  }
  return {
    ...said,
    still: (frame, prompts, choices) => call('still', frame, prompts, choices),
    begin: (plan, choices) => call('begin', plan, choices),
    condition: (frame, prompts) => call('condition', frame, prompts),
    step: (frame, objects, direction) => call('step', frame, objects, direction),
    remembered: () => call('remembered'),
    close: () => process.close(),
  }
}
