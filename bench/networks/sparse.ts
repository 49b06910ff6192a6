import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openCheckpoint, type Checkpoint } from '../../packages/networks/src/index.ts'

/** A float16 safetensors file of these tensors, all of them zeros that take no room on the disk: sizes and times depend on shapes alone. */
export async function sparseCheckpoint(name: string, shapes: Record<string, readonly number[]>): Promise<Checkpoint> {
  const folder = join(tmpdir(), 'kinemetric-bench')
  const path = join(folder, `${name}-sparse.safetensors`)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(path)) {
    let at = 0
    const header = Object.fromEntries(
      Object.entries(shapes).map(([tensor, shape]) => {
        const from = at
        at += 2 * shape.reduce((product, size) => product * size, 1)
        return [tensor, { dtype: 'F16', shape, data_offsets: [from, at] }]
      }),
    )
    const text = Buffer.from(JSON.stringify(header))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(text.length))
    const file = openSync(path, 'w')
    writeSync(file, Buffer.concat([length, text]))
    ftruncateSync(file, 8 + text.length + at)
    closeSync(file)
  }
  return openCheckpoint(path)
}
