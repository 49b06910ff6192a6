import { findAdapter } from '../datasets/catalogue.ts'
import { type DatasetRows, readDataset } from '../datasets/read-dataset.ts'
import type { Shard } from '../shards/shard.ts'
import { findProtocol } from '../protocol/protocols.ts'
import type { PrepareOptions } from './prepare-options.ts'
import { contextOf, type Inputs, inputsOf } from './report.ts'

/** What is prepared. */
export interface OpenedPreparation {
  inputs: Inputs
  rows: DatasetRows
  /** Those that decide the clips, with what is chosen of masks that are drawn. */
  options: Record<string, unknown>
}

/**
 * Reads the rows of a dataset, all or a shard's, for the clips that are to be cut of them.
 * @param requireSame throws where the folder holds what was made of other inputs. Asked before the dataset is read, which may take long and draws masks, and again
 * when it is known what draws them
 * @throws KinemetricError `bad-option`, `bad-protocol`, `bad-dataset`; what `requireSame` throws
 */
export async function openPreparation(
  options: PrepareOptions,
  requireSame: (inputs: Inputs) => Promise<void>,
  shard?: Shard,
): Promise<OpenedPreparation> {
  const adapter = typeof options.adapter === 'string' ? findAdapter(options.adapter) : options.adapter
  const protocol = typeof options.protocol === 'string' ? findProtocol(options.protocol) : options.protocol
  const inputs = inputsOf(adapter, protocol, options.options)
  await requireSame(inputs)
  const drawMasks =
    options.drawMasks === undefined
      ? undefined
      : async () => {
          const drawer = await options.drawMasks!()
          inputs.drawing = drawer.options
          await requireSame(inputs)
          return drawer
        }
  const context = { ...contextOf(protocol, { ...options, drawMasks }), shard }
  const rows = await readDataset(adapter, options.dataset, options.options, context)
  return { inputs, rows, options: { ...rows.options, ...inputs.drawing } }
}
