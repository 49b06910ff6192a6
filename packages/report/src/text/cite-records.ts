import type { KinemetricRecord } from '@kinemetric/records'
import {
  type CitedMetric,
  metricEntry,
  noWorkRemark,
  protocolEntry,
  toolEntry,
  weightsEntry,
  workEntry,
} from './bibtex.ts'

/** A file of weights as far as it is cited. */
export interface CitedWeights {
  id: string
  title: string
  /** `Zhang et al., Title of the paper, CVPR 2018`. */
  citation: string
  licence: string
  url: string
}

/** What there is to cite beyond what records say. */
export interface CiteCatalogue {
  metrics: readonly CitedMetric[]
  weights: readonly CitedWeights[]
  /** Papers of the data sets behind a protocol; none for one of which nothing is known. */
  dataOf: (protocol: string) => readonly CitedMetric[]
  /** Of this program. */
  version: string
}

/** One thing to cite. */
export interface Citation {
  kind: 'tool' | 'protocol' | 'data' | 'metric' | 'method' | 'weights'
  id: string
  /** An entry, several, or a remark that begins with `%` where there is nothing to cite. */
  bibtex: string
}

/** Everything that a table of these records rests on, each once: this program, protocols, data sets, metrics, methods, weights that generated and that measured. */
export function citeRecords(records: readonly KinemetricRecord[], catalogue: CiteCatalogue): Citation[] {
  const found = new Map<string, Citation>()
  const add = (kind: Citation['kind'], id: string, bibtex: () => string) => {
    const key = `${kind} ${id}`
    if (!found.has(key)) found.set(key, { kind, id, bibtex: bibtex() })
  }
  add('tool', 'kinemetric', () => toolEntry(catalogue.version, ''))
  for (const { protocol } of records)
    add('protocol', `${protocol.id}@${protocol.version}`, () => protocolEntry(protocol))
  for (const { protocol } of records)
    for (const data of catalogue.dataOf(protocol.id)) add('data', data.id, () => metricEntry(data))
  for (const { metric } of records.flatMap(({ scores }) => scores)) {
    const known = catalogue.metrics.find(({ id }) => id === metric)
    add('metric', metric, () =>
      known === undefined ? remark(metric, 'this version has no such metric') : metricEntry(known),
    )
  }
  for (const { method } of records)
    add('method', method.id, () =>
      method.paper === undefined ? noWorkRemark(method.id) : workEntry({ id: method.id, ...method.paper }),
    )
  for (const { method, provenance } of records)
    for (const { id, sha256 } of [...(method.weights ?? []), ...provenance.weights]) {
      const known = catalogue.weights.find((each) => each.id === id)
      add('weights', id, () =>
        known === undefined
          ? remark(id, `weights that nothing vouches for, sha256 ${sha256}`)
          : weightsEntry({ ...known, sha256 }),
      )
    }
  return [...found.values()]
}

function remark(id: string, words: string): string {
  return `% ${id.replaceAll(/[\r\n%]+/g, ' ')}: ${words}`
}
