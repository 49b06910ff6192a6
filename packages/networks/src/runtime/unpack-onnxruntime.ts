import { createHash } from 'node:crypto'
import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { openRegularFile, writeWhole, writeWholeFolder, makeFolder } from '@kinemetric/files'
import { networkError } from '../tracklets/network-error.ts'
import { systemFolder } from './find-onnxruntime.ts'
import { onnxruntimePackage, type PinnedPackage } from './onnxruntime-package.ts'
import { readTar } from './read-tar.ts'

/**
 * Unpacks the package's file below `base`, after its sha512 was found to be the pinned one: code, and the binaries of this system alone. The folder is there whole
 * or not at all. @throws KinemetricError `wrong-hash`, `malformed`, `disk-full`, `write-failed`
 */
export async function unpackOnnxruntime(
  file: string,
  base: string,
  pinned: PinnedPackage = onnxruntimePackage,
): Promise<void> {
  await requireIntegrity(file, pinned)
  const binaries = `package/bin/napi-v6/${process.platform}/${process.arch}/`
  await writeWholeFolder(systemFolder(base), async (partial) => {
    const folder = join(partial, 'node_modules', onnxruntimePackage.name)
    const unpacked = await unpack(
      file,
      folder,
      (name) => name.startsWith(binaries) || /^package\/(dist\/.*\.js|[^/]+)$/.test(name),
    )
    const binding = `${binaries}onnxruntime_binding.node`
    if (!unpacked.includes(binding))
      throw networkError('malformed', file, { expected: `${binding} in it`, found: 'none' })
    await copyCommon(join(partial, 'node_modules', 'onnxruntime-common'))
  })
}

/** @throws KinemetricError `wrong-hash` */
async function requireIntegrity(file: string, pinned: PinnedPackage): Promise<void> {
  const hash = createHash('sha512')
  const { handle } = await openRegularFile(file)
  await pipeline(handle.createReadStream(), hash)
  const found = `sha512-${hash.digest('base64')}`
  if (found === pinned.integrity) return
  throw networkError('wrong-hash', file, {
    expected: `${pinned.name} ${pinned.version}, ${pinned.integrity}`,
    found,
    then: `get it anew: ${pinned.url}`,
  })
}

async function unpack(file: string, folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
  const unpacked: string[] = []
  const { handle } = await openRegularFile(file)
  const gunzip = createGunzip()
  const reading = pipeline(handle.createReadStream(), gunzip)
  // What fails in it is thrown where its output is read.
  reading.catch(() => undefined)
  for await (const { name, content } of readTar(gunzip, file)) {
    if (!isWanted(name) || name.split('/').includes('..')) continue
    await writeWhole(join(folder, ...name.split('/').slice(1)), content, { durable: false })
    unpacked.push(name)
  }
  gunzip.destroy()
  return unpacked
}

/** The part of onnxruntime that is JavaScript alone, which is installed with this package, is put where the other will look for it. */
async function copyCommon(folder: string): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-common')
  // <package>/dist/cjs/index.js
  const own = dirname(dirname(dirname(entry)))
  await makeFolder(folder)
  for (const name of ['package.json', join('dist', 'cjs')])
    await cp(join(own, name), join(folder, name), { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) })
}
