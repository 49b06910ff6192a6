import type { Score, TableRow } from '@kinemetric/records'
import { exampleRecord } from '../../../records/test/example-record.ts'
import type { ClipHash } from '../../src/compare/compared-record.ts'
import type { GateRecord } from '../../src/gate/open-gate-record.ts'

/** A metric that no catalogue has: its values are the clips' own. */
export interface SimulatedMetric {
  metric: string
  better: 'higher' | 'lower'
  /** `[clip]`; NaN: none. */
  values: ArrayLike<number>
}

export interface SimulatedRun {
  metrics: readonly SimulatedMetric[]
  /** By a clip's place; default: other frames in every run. */
  generated?: ((clip: number) => string) | undefined
  reference?: ((clip: number) => string) | undefined
  name?: ((clip: number) => string) | undefined
  unit?: ((clip: number) => string) | undefined
  config?: Record<string, number> | undefined
}

let runs = 0

/** The record of a run, in memory, as it is opened from its files. */
export function simulatedRecord({
  metrics,
  generated,
  reference = (clip) => `reference-${clip}`,
  name = (clip) => `clip-${String(clip).padStart(4, '0')}`,
  unit,
  config,
}: SimulatedRun): GateRecord {
  const run = runs++
  const base = exampleRecord()
  const clips = metrics[0].values.length
  const rows: TableRow[] = []
  const hashes = new Map<string, ClipHash[]>()
  for (let clip = 0; clip < clips; clip++) {
    const of = unit?.(clip)
    hashes.set(name(clip), [
      {
        clip: name(clip),
        ...(of === undefined ? {} : { unit: of }),
        generated: generated?.(clip) ?? `run-${run}-${clip}`,
        reference: reference(clip),
        frames: 14,
      },
    ])
    for (const { metric, values } of metrics)
      rows.push({ clip: name(clip), frame: -1, metric, recipe: 'own', value: values[clip] })
  }
  const scores = metrics.map(({ metric, better, values }): Score => {
    const own = Array.from(values).filter((value) => !Number.isNaN(value))
    return {
      metric,
      recipe: 'own',
      value: own.reduce((sum, value) => sum + value, 0) / own.length,
      label: { short: metric.toUpperCase(), long: metric, decimals: 3 },
      unit: '',
      better,
      n: own.length,
      interval: null,
      signature: `${metric}|recipe:own|v:1`,
    }
  })
  return {
    method: base.method.id,
    name: base.method.name,
    apart: false,
    record: {
      ...base,
      method: { ...base.method, ...(config === undefined ? {} : { config }) },
      scores,
      failures: [],
      clips: { total: clips, scored: clips, failed: 0, table: 'static.parquet' },
    },
    rows,
    hashes,
    digests: { record: 'a'.repeat(64), table: null, hashes: null },
    path: `results/run-${run}/static.json`,
  }
}
