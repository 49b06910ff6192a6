import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { cacheFolder, requireCacheFolder } from '../weights/weight-folders.ts'
import { onnxruntimePackage } from './onnxruntime-package.ts'

/** Folder of the package `onnxruntime-node`. */
export interface FoundOnnxruntime {
  readonly folder: string
  /** Whether it was fetched into the user's cache; else it is a dependency that npm installed. */
  readonly fetched: boolean
}

const require = createRequire(import.meta.url)

/** Where onnxruntime-node of the pinned version lies: installed beside this package, or fetched earlier. Another version computes other numbers and is not taken. */
export function findOnnxruntime(): FoundOnnxruntime | undefined {
  const installed = folderOf('onnxruntime-node/package.json')
  if (installed !== undefined) return { folder: installed, fetched: false }
  const base = runtimeFolder()
  const fetched = base === undefined ? undefined : folderOf(join(fetchedFolder(base), 'package.json'))
  return fetched === undefined ? undefined : { folder: fetched, fetched: true }
}

/** The version of onnxruntime that networks run on, here already or not: no other one is taken. */
export function onnxruntimeVersion(): string {
  return onnxruntimePackage.version
}

/** Where it is put, or may be put by hand: KINEMETRIC_RUNTIME, else `runtime` in the user's cache folder for kinemetric; undefined where the user has none. */
export function runtimeFolder(): string | undefined {
  const named = process.env['KINEMETRIC_RUNTIME'] ?? ''
  if (named !== '') return isAbsolute(named) ? named : resolve(named)
  const cache = cacheFolder()
  return cache === undefined ? undefined : join(cache, 'runtime')
}

/** @throws KinemetricError `no-home` with the variables that name a folder */
export function requireRuntimeFolder(): string {
  return runtimeFolder() ?? join(requireCacheFolder('KINEMETRIC_RUNTIME'), 'runtime')
}

/** The version and the system's folder: several machines may share a home. */
export function systemFolder(base: string): string {
  return join(base, `onnxruntime-${onnxruntimePackage.version}-${process.platform}-${process.arch}`)
}

/** The package's folder inside, in which it finds what it requires as npm would have laid it out. */
export function fetchedFolder(base: string): string {
  return join(systemFolder(base), 'node_modules', onnxruntimePackage.name)
}

/** The folder of a package.json of the pinned version. */
function folderOf(manifest: string): string | undefined {
  try {
    const path = require.resolve(manifest)
    const { version }: { version?: unknown } = require(path)
    return version === onnxruntimePackage.version ? dirname(path) : undefined
  } catch {
    return undefined
  }
}
