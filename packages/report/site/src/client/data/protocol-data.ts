import { type ClipCurvesShard, type CurvesHead, decodeCurves } from '../../../../src/data-files/curves-file.ts'
import { type ClassDifferences, type ClassesHead, decodeClasses } from '../../../../src/data-files/classes-file.ts'
import { decodeIndex, type IndexHead } from '../../../../src/data-files/index-file.ts'
import type { DecodedColumn } from '../../../../src/data-files/printed-codes.ts'
import { decodeProtocol, type ProtocolData, type ProtocolHead } from '../../../../src/data-files/protocol-file.ts'
import { curvesName, valuesName } from '../../../../src/data-files/shards.ts'
import { type ClipValuesShard, decodeValues, type ValuesHead } from '../../../../src/data-files/values-file.ts'
import { dropData, loadData } from './load-data.ts'

/** Shards that stay in memory: a reader goes back and forth among a few clips. */
const keptShards = 24

let protocol: Promise<ProtocolData> | undefined
const columns = new Map<number, Promise<DecodedColumn[]>>()
const shards = new Map<string, Promise<unknown>>()

/** Methods, metrics and clips of this page's protocol. @throws DataError */
export function loadProtocol(): Promise<ProtocolData> {
  protocol ??= loadData<ProtocolHead>('protocol').then(decodeProtocol)
  protocol.catch(() => (protocol = undefined))
  return protocol
}

/** A metric's values of all methods and clips: `[method]`, then clip. @throws DataError */
export function loadColumn(known: ProtocolData, metric: number): Promise<DecodedColumn[]> {
  let column = columns.get(metric)
  if (column === undefined) {
    const name = known.head.metrics[metric].index
    column = loadData<IndexHead>(name).then((file) => {
      dropData(name)
      return decodeIndex(file)
    })
    columns.set(metric, column)
    column.catch(() => columns.delete(metric))
  }
  return column
}

/** A metric's differences by class; null where the build made none. @throws DataError */
export async function loadClasses(known: ProtocolData, metric: number): Promise<ClassDifferences | null> {
  const { classes } = known.head.metrics[metric]
  return classes === null ? null : shard(classes, async (name) => decodeClasses(await loadData<ClassesHead>(name)))
}

/** Values of a clip by metric and method, with what share of the method's clips is better. @throws DataError */
export function loadValues(clip: number): Promise<ClipValuesShard> {
  return shard(valuesName(clip), async (name) => decodeValues(await loadData<ValuesHead>(name)))
}

/** Frames, curves, failures and hashes of a clip. @throws DataError */
export function loadCurves(clip: number): Promise<ClipCurvesShard> {
  return shard(curvesName(clip), async (name) => decodeCurves(await loadData<CurvesHead>(name)))
}

async function shard<T>(name: string, load: (name: string) => Promise<T>): Promise<T> {
  const known = shards.get(name)
  const wanted = known ?? load(name)
  // The latest stand last.
  shards.delete(name)
  shards.set(name, wanted)
  for (const old of [...shards.keys()].slice(0, -keptShards)) {
    shards.delete(old)
    dropData(old)
  }
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a name has one kind of shard
    return (await wanted) as T
  } catch (error) {
    shards.delete(name)
    throw error
  }
}
