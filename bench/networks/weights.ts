import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openCheckpoint, writeSafetensors, type Checkpoint } from '../../packages/networks/src/index.ts'
import { formulaTensors } from '../../packages/networks/test/formula-weights.ts'

/** A checkpoint of formula weights (speed does not depend on their values), kept in the temporary folder. */
export async function formulaCheckpoint(name: string, shapes: Record<string, readonly number[]>): Promise<Checkpoint> {
  const folder = join(tmpdir(), 'kinemetric-bench')
  const file = join(folder, `${name}.safetensors`)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(file)) await writeSafetensors(file, formulaTensors(shapes))
  return openCheckpoint(file)
}
