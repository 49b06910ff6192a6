import { benchmarkError } from '../failures/benchmark-error.ts'
import type { DatasetAdapter } from './dataset-adapter.ts'
import { clevrer } from './clevrer/clevrer.ts'
import { folder } from './folder.ts'
import { interdynExamples } from './interdyn-examples.ts'
import { physics } from './physics/physics.ts'
import { physicsIq } from './physics-iq/physics-iq.ts'
import { ssv2 } from './ssv2/ssv2.ts'

/** Every dataset that the toolkit can read. */
export const adapters: readonly DatasetAdapter[] = [interdynExamples, ssv2, clevrer, physics, physicsIq, folder]

/** The adapter of that name. @throws KinemetricError `bad-option`, listing the names there are. */
export function findAdapter(id: string): DatasetAdapter {
  const found = adapters.find((adapter) => adapter.id === id)
  if (found === undefined)
    throw benchmarkError(
      'bad-option',
      id,
      `expected one of the datasets ${adapters.map((adapter) => adapter.id).join(', ')}`,
    )
  return found
}
