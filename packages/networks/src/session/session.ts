import type { KinemetricError } from '@kinemetric/files'
import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'

import { onnxruntime, type InferenceSession, type OnnxRuntime, type Tensor } from './onnxruntime.ts'

import { type ElementType, elementTypeNumbers, isTensorData, type TensorData } from '../onnx/element-type.ts'
import { preloadCuda } from '../cuda/preload-cuda.ts'
import type { DeferredSessions } from './deferred-sessions.ts'
import type { GraphModel } from '../onnx/graph-builder.ts'
import { notAvailable, requireBundled, requireProvider, type Provider } from './devices.ts'
import { outOfMemory, saysOutOfMemory } from './out-of-memory.ts'
import { networkError } from '../tracklets/network-error.ts'

/** A tensor in host memory, row-major. bool elements are bytes of 0 and 1; int64 elements are bigints. */
export interface HostTensor {
  readonly type: Exclude<ElementType, 'float16' | 'bfloat16'>
  readonly data: TensorData
  readonly shape: readonly number[]
  /** That nobody writes into `data` any more: what was sent to another process once is then known there without being compared. */
  readonly fixed?: true | undefined
}

/** The elements of a float32 tensor. Throws TypeError for a tensor of another type. */
export function float32Data(tensor: HostTensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data
  throw new TypeError(`expected a float32 tensor, found ${tensor.type}`)
}

/** How a graph is run. */
export interface SessionOptions {
  /** Default `cpu`. Another one is used only where it is asked for, and is never replaced by the CPU as a whole. */
  provider?: Provider | undefined
  /** Threads inside one operator; default: as `KINEMETRIC_THREADS` says, else one a core. */
  threads?: number | undefined
  /** Refuse the graph when a GPU provider would leave some of its nodes to the CPU. Default false. */
  requireWhole?: boolean | undefined
  /** Folders that weights may lie in; undefined: any regular file that the graph names by its real path. */
  weightRoots?: readonly string[] | undefined
  /** Writes onnxruntime's per-node times to `<prefix>_<date>.json` in the working folder. */
  profilePrefix?: string | undefined
  /** Denormal numbers become zero: they slow convolutions down and change no score. Default true. */
  denormalsAreZero?: boolean | undefined
  /** Weights copied into the order in which the processor's kernels read them: faster steps, for memory of about the weights' size. Default true. */
  prepack?: boolean | undefined
  /**
   * Whether the memory of a run is kept for the next one. Without it every tensor is given back to the system when it is done with, for a twentieth of the time: for
   * graphs that run once where others have to fit beside them. Default true.
   */
  keepMemory?: boolean | undefined
  /**
   * Whether the memory of a run is taken in one piece where a run of the same shapes was seen, which stands beside what that first run took: half as much again,
   * and nothing is gained where shapes change from run to run. Default true.
   */
  planMemory?: boolean | undefined
  /** Where the session waits until it is sure to be run; a run makes it in any case. */
  deferred?: DeferredSessions | undefined
}

/** A graph ready to run. */
export interface Session {
  readonly provider: Provider
  /** Runs the graph once, for all outputs or those named. @throws KinemetricError `run-failed`. */
  run(feeds: Readonly<Record<string, HostTensor>>, outputs?: readonly string[]): Promise<Record<string, HostTensor>>
  /** Frees the native session. Further runs throw. */
  close(): Promise<void>
}

/**
 * Opens a graph on one provider.
 * @throws KinemetricError: `not-available` when the provider cannot be had, `weights-refused` when a weight file is not the
 * regular file that the graph was built from, `graph-refused` when onnxruntime rejects the graph, `not-installed` without onnxruntime.
 */
export async function openSession(model: GraphModel, options: SessionOptions = {}): Promise<Session> {
  const provider = requireProvider(options.provider ?? 'cpu')
  await requireBundled(provider)
  if (provider === 'cuda') await preloadCuda()
  checkWeightFiles(model, provider, options.weightRoots)
  let made: Promise<InferenceSession> | undefined
  const native = () => (made ??= createNative(model, provider, options))
  if (options.deferred?.defer(native) !== true) await native()
  let open = true
  return {
    provider,
    async run(feeds, outputs) {
      if (!open) throw networkError('run-failed', provider, `${model.name}: the session is closed`)
      return runNative(await native(), feeds, outputs, provider, model.name)
    },
    async close() {
      if (!open) return
      open = false
      // What could not be made has said so.
      await (await made?.catch(() => undefined))?.release()
    },
  }
}

/** Where several processes share a machine, each with a thread a core, these wait for one another with the cores' time. */
function usualThreads(): number | undefined {
  const said = process.env.KINEMETRIC_THREADS ?? ''
  if (said === '') return undefined
  if (/^[1-9]\d{0,3}$/.test(said)) return Number(said)
  throw networkError('bad-option', 'KINEMETRIC_THREADS', { expected: 'a number of threads, from 1', found: said })
}

async function createNative(model: GraphModel, provider: Provider, options: SessionOptions): Promise<InferenceSession> {
  const configuration: Record<string, string> = {}
  const threads = options.threads ?? usualThreads()
  // onnxruntime resolves external weights against the root of the file system, which turns its own containment check
  // off; checkWeightFiles does that work.
  if (model.externalRoot !== undefined)
    configuration['model_external_initializers_file_folder_path'] = model.externalRoot
  if (options.requireWhole === true && provider !== 'cpu') configuration['disable_cpu_ep_fallback'] = '1'
  if (options.denormalsAreZero !== false) configuration['set_denormal_as_zero'] = '1'
  if (options.prepack === false) configuration['disable_prepacking'] = '1'
  const sessionOptions: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    ...(options.planMemory === false ? { enableMemPattern: false } : {}),
    ...(options.keepMemory === false ? { enableMemPattern: false, enableCpuMemArena: false } : {}),
    extra: { session: configuration },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(options.profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  }
  const runtime = await onnxruntime()
  // Every error is thrown as well: onnxruntime's own lines on stderr would say it twice.
  runtime.env.logLevel = 'fatal'
  try {
    return await runtime.InferenceSession.create(model.bytes, sessionOptions)
  } catch (cause) {
    throw await sessionError(model, provider, cause)
  }
}

/** Tells "this provider does not exist here" from "this graph is wrong". */
async function sessionError(model: GraphModel, provider: Provider, cause: unknown): Promise<KinemetricError> {
  const message = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0]
  if (saysOutOfMemory(message)) return outOfMemory(provider, message, { cause })
  const missing =
    /Failed to load shared library|libonnxruntime_providers|backend not found|no available backend|adapter|WebGPU.*device|CUDA failure|cudnn|libcu/i
  if (provider !== 'cpu' && missing.test(message)) return notAvailable(provider, message)
  return networkError('graph-refused', provider, `${model.name}: ${message}`, { cause })
}

async function runNative(
  native: InferenceSession,
  feeds: Readonly<Record<string, HostTensor>>,
  wanted: readonly string[] | undefined,
  provider: Provider,
  graph: string,
): Promise<Record<string, HostTensor>> {
  const runtime: OnnxRuntime = await onnxruntime()
  const tensors: Record<string, Tensor> = {}
  for (const [name, { type, data, shape }] of Object.entries(feeds))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an overload a type; onnxruntime checks the pair itself
    tensors[name] = new runtime.Tensor(type, data as never, shape)
  let results: InferenceSession.ReturnType
  try {
    results = await (wanted === undefined ? native.run(tensors) : native.run(tensors, wanted))
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    if (saysOutOfMemory(message)) throw outOfMemory(provider, message.split('\n', 1)[0], { cause })
    throw networkError('run-failed', provider, `${graph}: ${message}`, { cause })
  }
  const outputs: Record<string, HostTensor> = {}
  for (const [name, result] of Object.entries(results)) {
    const { type, data, dims } = result
    if (!isHostType(type) || !isTensorData(data))
      throw networkError('run-failed', provider, `${graph}: output ${name} is ${type}, which has no array here`)
    outputs[name] = { type, data, shape: dims }
  }
  return outputs
}

function isHostType(type: string): type is HostTensor['type'] {
  return type in elementTypeNumbers && type !== 'float16' && type !== 'bfloat16'
}

/** Each weight file must still be the regular file, by its real path, long enough for every range that the graph reads. */
function checkWeightFiles(model: GraphModel, provider: Provider, roots: readonly string[] | undefined): void {
  const refuse = (file: string, why: string): never => {
    throw networkError('weights-refused', provider, `${model.name}: ${file} ${why}`)
  }
  const realRoots = roots?.map((root) => realpathSync(root))
  for (const file of model.externalFiles) {
    if (!isAbsolute(file)) refuse(file, 'is not an absolute path')
    const stat = statSync(file, { throwIfNoEntry: false }) ?? refuse(file, 'does not exist')
    if (!stat.isFile()) refuse(file, 'is not a regular file')
    const real = realpathSync(file)
    if (real !== file) refuse(file, `leads through a symbolic link (to ${real})`)
    if (realRoots !== undefined && !realRoots.some((root) => isInside(root, file))) {
      refuse(file, `lies outside the weight folders ${realRoots.join(', ')}`)
    }
    for (const range of model.externalRanges) {
      if (range.file === file && range.offset + range.byteLength > stat.size) {
        refuse(file, `has ${stat.size} bytes; the graph reads up to byte ${range.offset + range.byteLength}`)
      }
    }
  }
}

function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file)
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}
