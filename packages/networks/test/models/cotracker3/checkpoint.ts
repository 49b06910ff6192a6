import { join } from 'node:path'

import { type Checkpoint, openCheckpoint, writeSafetensors, writeTorchZip } from '../../../src/index.ts'
import { cotracker3Tensors } from './fixtures.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

/** CoTracker3 with formula weights, written as a file of the test's own folder and opened. */
export async function cotracker3Checkpoint(
  model: 'offline' | 'online',
  format: 'torch' | 'safetensors' = 'torch',
): Promise<Checkpoint> {
  const path = join(await temporaryFolder(), `scaled_${model}.${format === 'torch' ? 'pth' : 'safetensors'}`)
  await (format === 'torch' ? writeTorchZip : writeSafetensors)(path, cotracker3Tensors(model))
  return openCheckpoint(path)
}
