import { readlink, rename, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { partialPath, readRawJson } from '@kinemetric/files'
import { findOnnxruntime } from '../runtime/find-onnxruntime.ts'
import { onnxruntimePackage } from '../runtime/onnxruntime-package.ts'
import { cacheFolder } from '../weights/weight-folders.ts'

/** What `setUpCuda` writes last into its folder. */
export const cudaSetupName = 'setup.json'

export const onnxruntimeName = 'libonnxruntime.so.1'

/** The folder in the cache for CUDA's libraries for this onnxruntime; undefined where the user has no cache. */
export function cudaFolder(): string | undefined {
  const cache = cacheFolder()
  return cache === undefined ? undefined : join(cache, 'cuda', onnxruntimePackage.version)
}

/** The version of onnxruntime that CUDA's libraries were set up for, or undefined. */
export async function readCudaSetup(): Promise<string | undefined> {
  const folder = cudaFolder()
  if (folder === undefined) return undefined
  const value = await readRawJson(join(folder, cudaSetupName)).catch(() => undefined)
  if (typeof value !== 'object' || value === null || !('version' in value)) return undefined
  return typeof value.version === 'string' ? value.version : undefined
}

/**
 * Variables for a process in which onnxruntime runs on CUDA. The system's loader reads LD_LIBRARY_PATH when a process starts, so they are of use to a new
 * one only. Its first folder has onnxruntime's own library as a link: onnxruntime looks for its providers beside the name that it was loaded by, and
 * nothing is written into `node_modules`.
 *
 * @param parity keep products of float32 in float32: TF32, which CUDA's provider takes unasked, rounds factors to 11 bits
 */
export async function cudaEnvironment({ parity }: { parity: boolean }): Promise<Record<string, string>> {
  const precision = parity ? { NVIDIA_TF32_OVERRIDE: '0' } : {}
  const folder = cudaFolder()
  if (folder === undefined || process.platform !== 'linux' || (await readCudaSetup()) === undefined) return precision
  await linkOnnxruntime(folder)
  const before = process.env['LD_LIBRARY_PATH']
  const folders = [folder, ...(before === undefined || before === '' ? [] : [before])]
  return { LD_LIBRARY_PATH: folders.join(delimiter), ...precision }
}

/** Puts the link to onnxruntime's own library beside its providers. It goes where the package lies now: it may have been installed anew elsewhere. */
export async function linkOnnxruntime(folder: string): Promise<void> {
  const root = findOnnxruntime()?.folder
  // Linked when it is loaded, then.
  if (root === undefined) return
  const target = join(root, 'bin', 'napi-v6', process.platform, process.arch, onnxruntimeName)
  const link = join(folder, onnxruntimeName)
  if ((await readlink(link).catch(() => undefined)) === target) return
  const partial = partialPath(link)
  // Where it cannot be made onnxruntime says that its provider is not there.
  await symlink(target, partial).then(
    () => rename(partial, link),
    () => undefined,
  )
}
