import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { onnxruntimeVersion } from '../runtime/find-onnxruntime.ts'
import { cudaEnvironment, cudaFolder, readCudaSetup } from './cuda-environment.ts'
import { cudaNeeds } from './cuda-packages.ts'

/** What is known of CUDA on this machine. */
export interface CudaState {
  /** Whether `gpu setup` ended here for this version of onnxruntime. */
  readonly setUp: boolean
  readonly folder: string | undefined
  /** Major versions that the provider wants. */
  readonly wanted: { readonly cuda: number; readonly driver: number } | undefined
  /** Version of NVIDIA's driver; undefined where nvidia-smi is not here or says nothing. */
  readonly driver: string | undefined
  /** Libraries that the system's loader cannot load, with its words. */
  readonly missing: readonly { readonly library: string; readonly said: string }[]
}

/** Looks whether CUDA can run here, and names what is missing: the system's loader is asked for each library, in a process of its own. */
export async function cudaState(): Promise<CudaState> {
  const version = onnxruntimeVersion()
  const needs = cudaNeeds.find(({ onnxruntime }) => onnxruntime === version)
  const setup = await readCudaSetup()
  const folder = cudaFolder()
  const wanted = needs && { cuda: needs.cuda, driver: needs.driver }
  const missing =
    needs === undefined || setup === undefined || folder === undefined ? [] : await missingLibraries(folder)
  return { setUp: setup !== undefined, folder, wanted, driver: driverVersion(), missing }
}

/** In one line what keeps CUDA from running; undefined where nothing of it is missing. */
export function cudaTrouble({ setUp, wanted, driver, missing }: CudaState): string | undefined {
  if (wanted === undefined) return 'nothing is known of CUDA for this version of onnxruntime'
  const found = `driver found: ${driver ?? 'none'}; wanted: ${wanted.driver} or newer, for CUDA ${wanted.cuda}`
  if (!setUp) return `not set up (${found})`
  if (missing.length > 0) return `${missing.map(({ library }) => library).join(', ')} cannot be loaded (${found})`
  if (driver === undefined || Number.parseInt(driver, 10) < wanted.driver) return found
  return undefined
}

const driverLibrary = 'libcuda.so.1'

async function missingLibraries(folder: string): Promise<CudaState['missing']> {
  const version = onnxruntimeVersion()
  const packages = cudaNeeds.find(({ onnxruntime }) => onnxruntime === version)?.packages ?? []
  const [provider, ...libraries] = packages.map((each) => each.libraries)
  // The provider cannot be loaded but by onnxruntime: what it loads is tried, and whether it is there.
  const names: string[] = await readdir(folder).catch(() => [])
  const absent = provider.filter((name) => !names.includes(name)).map((library) => ({ library, said: 'is not there' }))
  // Names that go on with a further version are loaded by others.
  const tried = [driverLibrary, ...libraries.flat().filter((name) => !name.includes('builtins'))]
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const script = fileURLToPath(new URL(`./load-libraries.${ending}`, import.meta.url))
  const env = { ...process.env, ...(await cudaEnvironment({ parity: false })) }
  const options = { env, encoding: 'utf8', timeout: 60_000 } as const
  const { stdout, status, signal } = spawnSync(process.execPath, [script, ...tried], options)
  if (status !== 0)
    return [...absent, { library: "one of CUDA's libraries", said: `ended its process (${signal ?? status})` }]
  const against: unknown = JSON.parse(stdout)
  const entries = typeof against === 'object' && against !== null ? Object.entries(against) : []
  return [...absent, ...entries.map(([library, said]) => ({ library, said: String(said) }))]
}

function driverVersion(): string | undefined {
  const asked = spawnSync('nvidia-smi', ['--query-gpu=driver_version', '--format=csv,noheader'], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  const [first] = asked.status === 0 ? asked.stdout.split('\n', 1) : ['']
  return first.trim() === '' ? undefined : first.trim()
}
