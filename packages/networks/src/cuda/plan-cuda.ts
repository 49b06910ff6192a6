import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { requireCacheFolder } from '../weights/weight-folders.ts'
import { networkError } from '../tracklets/network-error.ts'
import { onnxruntimePackage } from '../runtime/onnxruntime-package.ts'
import { cudaFolder } from './cuda-environment.ts'
import { type CudaNeeds, cudaNeeds, type CudaPackage } from './cuda-packages.ts'
import { findPackage, libraryFolders } from './find-libraries.ts'

/** What becomes of one package. */
export interface CudaStep {
  readonly package: CudaPackage
  /** 'there': unpacked before · 'in place': libraries of this machine are linked to, nothing is downloaded */
  readonly how: 'there' | 'in place' | 'download'
  /** Paths of libraries that are linked to. */
  readonly paths: readonly string[]
}

export interface CudaPlan {
  readonly needs: CudaNeeds
  readonly folder: string
  readonly steps: readonly CudaStep[]
  /** Of what is downloaded. */
  readonly downloadBytes: number
  /** What the folder takes when all is done, beyond what it takes now. */
  readonly diskBytes: number
}

/**
 * What has to be done so that networks run on an NVIDIA card: nothing is written or downloaded.
 * @param python a Python environment whose libraries are to be used
 * @throws KinemetricError `not-available` on another system than Linux x64, or for a version of onnxruntime whose needs are not known
 */
export async function planCuda(options: { python?: string | undefined } = {}): Promise<CudaPlan> {
  const system = `${process.platform} ${process.arch}`
  if (system !== 'linux x64')
    throw networkError('not-available', 'gpu setup', {
      expected: 'Linux x64',
      found: system,
      then: 'WebGPU needs no set-up: --provider webgpu',
    })
  const { version } = onnxruntimePackage
  const needs = cudaNeeds.find(({ onnxruntime }) => onnxruntime === version)
  if (needs === undefined) {
    const known = cudaNeeds.map(({ onnxruntime }) => onnxruntime).join(', ')
    throw networkError('not-available', 'gpu setup', {
      expected: `onnxruntime-node ${known}`,
      found: version,
    })
  }
  const folder = cudaFolder() ?? requireCacheFolder('XDG_CACHE_HOME')
  const folders = await libraryFolders(options.python)
  const steps = await stepsFor(needs.packages, folder, folders)
  const downloads = steps.filter(({ how }) => how === 'download').map((step) => step.package)
  const sum = (of: (wanted: CudaPackage) => number) => downloads.reduce((total, wanted) => total + of(wanted), 0)
  // A wheel is removed as soon as it is unpacked.
  const largest = Math.max(0, ...downloads.map(({ bytes }) => bytes))
  return {
    needs,
    folder,
    steps,
    downloadBytes: sum(({ bytes }) => bytes),
    diskBytes: sum(({ unpacked }) => unpacked) + largest,
  }
}

/** The libraries of this machine are used all or none: some of an older CUDA beside newer ones have been tried by nobody. */
async function stepsFor(
  packages: readonly CudaPackage[],
  folder: string,
  folders: readonly string[],
): Promise<CudaStep[]> {
  const steps: CudaStep[] = []
  for (const wanted of packages) steps.push(await stepFor(wanted, folder, folders))
  const [provider, ...libraries] = steps
  if (libraries.every(({ how }) => how === 'in place')) return steps
  const mixed = libraries.map((step): CudaStep =>
    step.how === 'in place' ? { ...step, how: 'download', paths: [] } : step,
  )
  return [provider, ...mixed]
}

async function stepFor(wanted: CudaPackage, folder: string, folders: readonly string[]): Promise<CudaStep> {
  // Written last of a package.
  const done = await stat(join(folder, 'done', `${wanted.name}-${wanted.version}`)).catch(() => undefined)
  if (done !== undefined && (await findPackage({ ...wanted, name: '' }, [folder])) !== undefined)
    return { package: wanted, how: 'there', paths: [] }
  const paths = await findPackage(wanted, folders)
  return paths === undefined
    ? { package: wanted, how: 'download', paths: [] }
    : { package: wanted, how: 'in place', paths }
}
