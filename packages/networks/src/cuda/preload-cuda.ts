import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { cudaFolder, linkOnnxruntime, onnxruntimeName, readCudaSetup } from './cuda-environment.ts'
import { onnxruntimePackage } from '../runtime/onnxruntime-package.ts'
import { cudaNeeds, isLibrary } from './cuda-packages.ts'
import { readdir } from 'node:fs/promises'

/** Not among Node's constants: the library stays when its handle is closed (dlopen(3)). */
const RTLD_NODELETE = 0x1000

/**
 * Loads onnxruntime's own library by its link beside the providers, so that it finds them: to be called before onnxruntime-node is loaded, whose extension
 * then takes the library of that name that is there. Does nothing where CUDA was not set up.
 */
export async function preloadOnnxruntime(): Promise<void> {
  const folder = await folderSetUp()
  if (folder === undefined) return
  await linkOnnxruntime(folder)
  load(join(folder, onnxruntimeName))
}

/**
 * Loads CUDA's libraries by their paths, each before what needs it: a process that was not started with `cudaEnvironment` has them too. Products of float32
 * stay in float32 there.
 */
export async function preloadCuda(): Promise<void> {
  const folder = await folderSetUp()
  if (folder === undefined || process.env['LD_LIBRARY_PATH']?.split(delimiter).includes(folder) === true) return
  process.env['NVIDIA_TF32_OVERRIDE'] ??= '0'
  const names = await readdir(folder)
  const [, ...packages] =
    cudaNeeds.find(({ onnxruntime }) => onnxruntime === onnxruntimePackage.version)?.packages ?? []
  for (const library of packages.flatMap(({ libraries }) => libraries))
    for (const name of names.filter((candidate) => isLibrary(candidate, library))) load(join(folder, name))
}

async function folderSetUp(): Promise<string | undefined> {
  return process.platform === 'linux' && (await readCudaSetup()) !== undefined ? cudaFolder() : undefined
}

function load(path: string): void {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE)
  } catch {
    // Loaded, and no extension of Node's; or not loaded, which onnxruntime will say where it needs it.
  }
}
