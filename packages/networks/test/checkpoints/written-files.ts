import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { storedZip } from '../../src/checkpoints/formats/stored-zip.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A file of these bytes, in a folder of its own. */
export async function written(bytes: Uint8Array | Iterable<Uint8Array>, name = 'file'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, bytes instanceof Uint8Array ? bytes : Buffer.concat([...bytes]))
  return path
}

/** A torch zip of this pickle and these storages. */
export async function torchZip(pickle: Uint8Array, storages: Record<string, Uint8Array> = {}): Promise<string> {
  const data = Object.entries(storages).map(([key, bytes]) => ({ name: `archive/data/${key}`, data: bytes }))
  return written(storedZip([{ name: 'archive/data.pkl', data: pickle }, ...data]))
}

export const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
