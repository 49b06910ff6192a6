import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import type { KinemetricError } from '@kinemetric/files'
import { cudaEnvironment } from '../cuda/cuda-environment.ts'
import { cudaState, cudaTrouble } from '../cuda/cuda-state.ts'
import { findOnnxruntime } from '../runtime/find-onnxruntime.ts'
import { onnxruntimePackage } from '../runtime/onnxruntime-package.ts'
import { onnxruntime } from './onnxruntime.ts'
import { networkError } from '../tracklets/network-error.ts'

/** Where a graph runs. */
export type Provider = 'cpu' | 'webgpu' | 'cuda'

/** All providers, in the order a person would try them for speed. */
export const providers: readonly Provider[] = ['cuda', 'webgpu', 'cpu']

/** Whether a provider works on this machine, and if not, what it said. */
export interface ProviderStatus {
  readonly provider: Provider
  readonly available: boolean
  /** Why it is not available, or what was tried; one line. */
  readonly reason: string
}

/**
 * Tries each provider by running a small graph on it in a process of its own, because a driver may end the process
 * instead of reporting an error. Takes a second or so; `timeoutMs` (default 30,000) bounds each.
 */
export async function probeProviders(options: { timeoutMs?: number | undefined } = {}): Promise<ProviderStatus[]> {
  if (findOnnxruntime() === undefined)
    return providers.map((provider) => ({ provider, available: false, reason: notHere }))
  return Promise.all(providers.map((provider) => probeProvider(provider, options.timeoutMs ?? 30_000)))
}

const notHere = `${onnxruntimePackage.name} ${onnxruntimePackage.version} is not here yet: it is fetched when a network first runs, or by kinemetric runtime fetch`

/** Narrows a word from a command line. @throws KinemetricError `unknown-provider`. */
export function requireProvider(word: string): Provider {
  const provider = providers.find((provider) => provider === word)
  if (provider !== undefined) return provider
  throw networkError('unknown-provider', word, {
    expected: `one of ${providers.join(', ')}`,
    found: 'no provider of that name',
  })
}

/** @throws KinemetricError `not-bundled` where onnxruntime's files for the provider are not installed, `not-installed` */
export async function requireBundled(provider: Provider): Promise<void> {
  const { listSupportedBackends } = await onnxruntime()
  const backend = listSupportedBackends().find((backend) => backend.name === provider)
  // The npm package of onnxruntime carries CPU and WebGPU; CUDA's libraries come by `gpu setup`.
  if (provider !== 'cuda' && backend === undefined) {
    throw networkError('not-bundled', provider, `this build of onnxruntime-node has no ${provider} provider`)
  }
}

async function probeProvider(provider: Provider, timeoutMs: number): Promise<ProviderStatus> {
  const script = new URL(import.meta.url.endsWith('.ts') ? './probe-device.ts' : './probe-device.js', import.meta.url)
  const env = provider === 'cuda' ? await cudaEnvironment({ parity: false }) : {}
  const { code, output } = await runScript([fileURLToPath(script), provider], timeoutMs, env)
  if (code === 0) return { provider, available: true, reason: 'a small graph ran on it' }
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const said = lines.find((line) => line.startsWith('KinemetricError')) ?? lines.at(-1) ?? 'no message'
  return {
    provider,
    available: false,
    reason: code === undefined ? `no answer in ${timeoutMs / 1000} s` : await reasonOf(provider, plainReason(said)),
  }
}

/**
 * The error for a provider that is not here: in words what is missing and what helps. What onnxruntime said of it, in its own words, is among the details.
 * @param said onnxruntime's message
 */
export async function notAvailable(provider: Provider, said: string): Promise<KinemetricError> {
  const details = { said }
  if (provider !== 'cuda') {
    const expected = provider === 'webgpu' ? 'a graphics adapter for WebGPU' : 'a provider that works here'
    const then = 'kinemetric doctor says what works here'
    return networkError('not-available', provider, { expected, found: plainReason(said), then }, { details })
  }
  const state = await cudaState()
  const setUp = 'kinemetric gpu setup, which gets its libraries (--dry-run says which)'
  const then = state.driver === undefined ? `install the driver of an NVIDIA card, then: ${setUp}` : setUp
  const found = cudaTrouble(state) ?? plainReason(said)
  return networkError('not-available', provider, { expected: 'CUDA and a card for it', found, then }, { details })
}

/** onnxruntime does not say which of CUDA's libraries is missing, nor which driver it wants. */
async function reasonOf(provider: Provider, said: string): Promise<string> {
  const trouble = provider === 'cuda' ? cudaTrouble(await cudaState()) : undefined
  return trouble ?? said
}

/** What onnxruntime's commonest refusals mean; others as they are. */
function plainReason(said: string): string {
  if (said.includes('No supported adapters'))
    return 'no graphics adapter that WebGPU can use (on Linux: no Vulkan driver)'
  const failure = /CUDA failure \d+: [^;]*/.exec(said)
  if (failure !== null) return failure[0].trim()
  // Where in its source it gave up says nothing to whoever reads it.
  const own = said.replace(/^KinemetricError: /, '').replace(/^.*\.cc:\d+ .* was false\. /, '')
  return own.replace(/^OrtSessionOptionsAppendExecutionProvider_\w+: /, '').trim()
}

function runScript(
  args: string[],
  timeoutMs: number,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | undefined; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let output = ''
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()))
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve({ code: undefined, output })
      else resolve({ code: code ?? 1, output: signal === null ? output : `${output}\nended by ${signal}` })
    })
  })
}
