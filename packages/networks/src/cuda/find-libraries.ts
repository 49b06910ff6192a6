import { readdir, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { belongsTo, type CudaPackage, isLibrary } from './cuda-packages.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Folders in which CUDA's libraries may lie on this machine, those of Python environments first: packages of its registry put them into `nvidia/cu13/lib` and
 * `nvidia/cudnn/lib` of `site-packages`, onnxruntime's provider into `onnxruntime/capi`.
 *
 * @param python an environment's folder or its `site-packages`; by default the one that is active (VIRTUAL_ENV, CONDA_PREFIX)
 */
export async function libraryFolders(
  python: string | undefined,
  environment: Environment = process.env,
): Promise<string[]> {
  const active = [environment['VIRTUAL_ENV'], environment['CONDA_PREFIX']]
  const roots = (python === undefined ? active : [python]).filter((root) => root !== undefined && root !== '')
  const folders: string[] = []
  for (const root of roots) {
    for (const site of await sitesOf(root!)) {
      const nvidia = await namesIn(join(site, 'nvidia'))
      folders.push(...nvidia.map((name) => join(site, 'nvidia', name, 'lib')), join(site, 'onnxruntime', 'capi'))
    }
    folders.push(join(root!, 'lib'))
  }
  const named = (environment['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const usual = ['/usr/local/cuda/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/lib64']
  return [...new Set([...folders, ...named, ...usual])]
}

/** The `site-packages` of an environment's folder, or the folder itself. */
async function sitesOf(root: string): Promise<string[]> {
  const versions = (await namesIn(join(root, 'lib'))).filter((name) => /^python3\.\d+$/.test(name))
  return [root, ...versions.map((version) => join(root, 'lib', version, 'site-packages'))]
}

/**
 * The first of these folders that holds all of a package's libraries, with the paths of them and of what else belongs to it. A provider of onnxruntime
 * counts only where the package beside it has the very version.
 */
export async function findPackage(wanted: CudaPackage, folders: readonly string[]): Promise<string[] | undefined> {
  for (const folder of folders) {
    const names = (await namesIn(folder)).filter((name) => belongsTo(name, wanted))
    // A link may lead to what was removed.
    const files = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)))
    const there = names.filter((_, index) => files[index]?.isFile() === true)
    if (!wanted.libraries.every((library) => there.some((name) => isLibrary(name, library)))) continue
    if (wanted.name === 'onnxruntime-gpu' && !(await hasVersion(folder, wanted))) continue
    return there.map((name) => join(folder, name))
  }
  return undefined
}

/** Whether `onnxruntime_gpu-<version>.dist-info` lies where the packages do. */
async function hasVersion(capi: string, { version }: CudaPackage): Promise<boolean> {
  const names = await namesIn(join(capi, '..', '..'))
  return names.includes(`onnxruntime_gpu-${version}.dist-info`)
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => [])
  return names.sort()
}
