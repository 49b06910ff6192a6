import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { sharedPath } from '../../../../../test/shared.ts'
import { openCheckpoint, writeSafetensors } from '../../../src/index.ts'
import type { LpipsNet } from '../../../src/models/lpips/layers.ts'
import { type Lpips, openLpips, type LpipsOptions } from '../../../src/models/lpips/open.ts'
import { lpipsBackboneTensors } from '../../../src/models/lpips/tensors.ts'
import { formulaTensors } from '../../formula-weights.ts'

/** LPIPS with backbone weights by formula, which are written into the folder once, and the official heads. */
export async function openFormulaLpips(folder: string, net: LpipsNet, options?: LpipsOptions): Promise<Lpips> {
  const file = join(folder, `${net}.safetensors`)
  if (!existsSync(file)) await writeSafetensors(file, formulaTensors(lpipsBackboneTensors(net)))
  const heads = await openCheckpoint(sharedPath('weights', `lpips-v0.1-${net}.pth`))
  return openLpips(net, { backbone: await openCheckpoint(file), heads }, options)
}
