import { npyHeader } from '../../src/interchange/npy.ts'
import { unzipSync, zipSync } from 'fflate'

/** An .npz with a list of strings more, as numpy writes it. */
export function namesNpy(npz: Uint8Array, entry: string, names: readonly string[]): Uint8Array {
  const longest = Math.max(...names.map(({ length }) => length))
  const data = new Uint8Array(4 * longest * names.length)
  const view = new DataView(data.buffer)
  for (const [row, name] of names.entries())
    for (const [at, character] of Array.from(name).entries())
      view.setUint32(4 * (row * longest + at), character.codePointAt(0) ?? 0, true)
  return zipSync(
    { ...unzipSync(npz), [`${entry}.npy`]: Buffer.concat([npyHeader(`<U${longest}`, [names.length]), data]) },
    { level: 0 },
  )
}
