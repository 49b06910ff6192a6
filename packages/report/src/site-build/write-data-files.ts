import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { dataScript } from '../data-files/container.ts'
import { type ProtocolData, protocolFiles } from '../site-model/clip-values/protocol-files.ts'

const pack = promisify(gzip)

/** Writes a protocol's data files into a new folder, one after another. Answers how many. @throws the signal's reason */
export async function writeDataFiles(
  folder: string,
  data: ProtocolData,
  signal: AbortSignal | undefined,
): Promise<number> {
  await mkdir(folder, { recursive: true })
  let files = 0
  for (const { name, head, bytes } of protocolFiles(data)) {
    signal?.throwIfAborted()
    const packed = await pack(bytes, { level: 9 })
    await writeFile(join(folder, `${name}.js`), dataScript(name, head, packed.toString('base64')))
    files++
  }
  return files
}
