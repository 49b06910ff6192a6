import { gzipSync } from 'node:zlib'
import { type Citations, encodeBoard } from '../data-files/board-file.ts'
import { dataFormat, dataScript } from '../data-files/container.ts'
import type { ProtocolModel, SiteModel } from '../site-model/site-model.ts'
import { metricEntry, noWorkRemark, protocolEntry, toolEntry, workEntry } from '../text/bibtex.ts'

/** Text of a protocol's `data/board.js`. */
export function boardDataFile(protocol: ProtocolModel, model: Pick<SiteModel, 'metrics' | 'version'>): string {
  const { board, claims, digest, methods } = protocol
  const bytes = encodeBoard({
    records: board.rows.map(({ record }) => record),
    claims,
    comparisons: board.comparisons,
    slugs: methods.map(({ slug }) => slug),
    series: methods.map(({ series }) => series),
    bibtex: citations(protocol, model),
  })
  return dataScript('board', { format: dataFormat, board: digest }, gzipSync(bytes, { level: 9 }).toString('base64'))
}

function citations(
  { board, digest }: ProtocolModel,
  { metrics, version }: Pick<SiteModel, 'metrics' | 'version'>,
): Citations {
  const shown = new Set(board.columns.map(({ metric }) => metric))
  const entries = metrics.filter(({ id }) => shown.has(id)).map((metric) => [metric.id, metricEntry(metric)])
  const methods = board.rows.map(({ id, record: { method } }) => [
    id,
    method.paper === undefined ? noWorkRemark(id) : workEntry({ id, ...method.paper }),
  ])
  return {
    protocol: protocolEntry(board.protocol),
    metrics: Object.fromEntries(entries),
    methods: Object.fromEntries(methods),
    kinemetric: toolEntry(version, digest),
  }
}
