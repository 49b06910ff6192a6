import { readFileSync } from 'node:fs'

// Files as numpy 2.4 writes them, base64: test/goldens/distribution_goldens.py.
const golden: { files: { npy: Record<string, string>; npz: Record<string, string> } } = JSON.parse(
  readFileSync(new URL('../goldens/distribution-goldens.json', import.meta.url), 'utf8'),
)

/** By the stored type's name, or what else the file shows. */
export const numpyFiles = {
  npy: new Map(Object.entries(golden.files.npy).map(([name, base64]) => [name, bytesOf(base64)])),
  npz: new Map(Object.entries(golden.files.npz).map(([name, base64]) => [name, bytesOf(base64)])),
}

/** One of them. */
export function numpyFile(kind: 'npy' | 'npz', name: string): Uint8Array {
  const bytes = numpyFiles[kind].get(name)
  if (bytes === undefined)
    throw new RangeError(`distribution-goldens.json: expected the ${kind} file '${name}', found none`)
  return bytes
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'))
}
