import { basename, join } from 'node:path'
import { writeWhole } from '@kinemetric/files'
import yauzl from 'yauzl'
import { belongsTo, type CudaPackage } from './cuda-packages.ts'
import { networkError } from '../tracklets/network-error.ts'

/**
 * Unpacks a package's libraries out of its wheel into one folder, each under its name alone, and its licence into `licences/<package>` below.
 * @param wheel a file whose sha256 is the package's
 * @returns the names of the libraries
 * @throws KinemetricError `malformed` where one is missing, `disk-full`, `write-failed`
 */
export async function unpackWheel(wheel: string, wanted: CudaPackage, folder: string): Promise<string[]> {
  const zip = await yauzl.openPromise(wheel, { autoClose: false })
  const unpacked: string[] = []
  try {
    for await (const entry of zip.eachEntry()) {
      const name = basename(entry.fileName)
      const licence = /\.dist-info\/.*licen[cs]e/i.test(entry.fileName)
      if (entry.fileName.endsWith('/') || (!belongsTo(name, wanted) && !licence)) continue
      const to = licence ? join(folder, 'licences', wanted.name, name) : join(folder, name)
      await writeWhole(to, await zip.openReadStreamPromise(entry), { durable: false })
      if (!licence) unpacked.push(name)
    }
  } finally {
    zip.close()
  }
  const missing = wanted.libraries.filter(
    (library) => !unpacked.some((name) => belongsTo(name, { ...wanted, libraries: [library], others: undefined })),
  )
  if (missing.length === 0) return unpacked
  throw networkError('malformed', wheel, {
    expected: `${missing.join(', ')} in it`,
    found: unpacked.join(', ') || 'none',
  })
}
