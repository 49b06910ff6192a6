import { readlink, rename, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { partialPath, readRawJson } from '@kinemetric/files'
import { cacheFolder } from '../weights/weight-folders.ts'

/** What `setUpCuda` leaves, in `setup.json`. */
export interface CudaSetup {
  /** Of onnxruntime, which its provider must match exactly. */
  readonly version: string
  /** Folders with the libraries, in the order in which they are searched; the first is that of the file. */
  readonly folders: readonly string[]
}

/** The folder in the cache for CUDA's libraries for this onnxruntime; undefined where the user has no cache. */
export function cudaFolder(version: string = onnxruntimeVersion()): string | undefined {
  const cache = cacheFolder()
  return cache === undefined ? undefined : join(cache, 'cuda', version)
}

/** Version of the installed onnxruntime-node. */
export function onnxruntimeVersion(): string {
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- the package's own package.json
  const { version }: { version: string } = require('onnxruntime-node/package.json')
  return version
}

const require = createRequire(import.meta.url)

/** What was set up, or undefined. */
export async function readCudaSetup(): Promise<CudaSetup | undefined> {
  const folder = cudaFolder()
  if (folder === undefined) return undefined
  const value = await readRawJson(join(folder, 'setup.json')).catch(() => undefined)
  return isSetup(value) ? value : undefined
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
  const setup = await readCudaSetup()
  if (setup === undefined || process.platform !== 'linux') return precision
  await linkOnnxruntime(setup.folders[0])
  const before = process.env['LD_LIBRARY_PATH']
  const folders = [...setup.folders, ...(before === undefined || before === '' ? [] : [before])]
  return { LD_LIBRARY_PATH: folders.join(delimiter), ...precision }
}

/** The link goes where the package lies now: it may have been installed anew elsewhere. */
async function linkOnnxruntime(folder: string): Promise<void> {
  const name = 'libonnxruntime.so.1'
  const target = join(onnxruntimeBinaries(), name)
  const link = join(folder, name)
  if ((await readlink(link).catch(() => undefined)) === target) return
  const partial = partialPath(link)
  await symlink(target, partial)
  await rename(partial, link)
}

/** Folder of onnxruntime-node's own libraries for this machine. */
export function onnxruntimeBinaries(): string {
  const root = dirname(require.resolve('onnxruntime-node/package.json'))
  return join(root, 'bin', 'napi-v6', process.platform, process.arch)
}

function isSetup(value: unknown): value is CudaSetup {
  if (typeof value !== 'object' || value === null || !('folders' in value) || !('version' in value)) return false
  const { folders, version } = value
  const texts = Array.isArray(folders) && folders.length > 0 && folders.every((folder) => typeof folder === 'string')
  return texts && typeof version === 'string'
}
