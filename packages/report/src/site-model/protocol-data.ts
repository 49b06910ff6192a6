import { columnTitle } from '../board/board-columns.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { dataFormat } from '../data-files/container.ts'
import type { ClipFault } from '../data-files/curves-file.ts'
import type { ClipMetric, ProtocolHead } from '../data-files/protocol-file.ts'
import type { MethodSource } from './clip-media.ts'
import { hasClassDifferences } from './clip-values/class-differences.ts'
import { ClipHashes } from './clip-values/clip-hashes.ts'
import type { ProtocolClips } from './clip-values/protocol-clips.ts'
import type { ProtocolData } from './clip-values/protocol-content.ts'
import { Slugs } from './slug.ts'
import type { IntervalOf } from './where-it-fails.ts'

/** What a protocol's data files are made of, but for its media. @param folder of scratch files */
export async function protocolData(
  board: Leaderboard,
  methods: readonly (MethodSource & { row: Leaderboard['rows'][number] })[],
  {
    digest,
    clips,
    folder,
    media,
    intervalOf,
  }: {
    digest: string
    clips: ProtocolClips
    folder: string
    media: ProtocolHead['media']
    intervalOf?: IntervalOf | undefined
  },
): Promise<ProtocolData> {
  const { store } = clips
  const known = [...store.metrics.keys()].filter((metric) => store.has(metric))
  const head: ProtocolHead = {
    format: dataFormat,
    board: digest,
    title: board.protocol.title,
    clips: store.ids.length,
    frames: board.protocol.frames,
    excludedFrames: [...board.protocol.excludedFrames],
    size: board.protocol.size === null ? null : [board.protocol.size[0], board.protocol.size[1]],
    methods: methods.map(({ row, name, slug, series, trivial }) => ({ id: row.id, name, slug, series, trivial })),
    metrics: clipMetrics(board, clips, known),
    probes: [],
    samples: [...new Set(methods.flatMap(({ row }) => row.record.samples?.names ?? []))],
    media,
  }
  const said = { head, metricAt: known, clips, failures: faults(methods, clips), intervalOf }
  if (hasClassDifferences(said))
    for (const metric of head.metrics) metric.classes = metric.index.replace(/^index-/, 'classes-')
  return {
    ...said,
    hashes: await ClipHashes.read(
      store,
      methods.map(({ loaded }) => loaded),
      folder,
    ),
  }
}

function clipMetrics(board: Leaderboard, { store }: ProtocolClips, known: readonly number[]): ClipMetric[] {
  const files = new Slugs()
  const named = new Set<string>()
  return known.map((at): ClipMetric => {
    const { metric, recipe } = store.metrics[at]
    const column = board.columns.find((each) => each.metric === metric && each.recipe === recipe)!
    const id = named.has(metric) ? `${metric}:${recipe}` : metric
    named.add(metric)
    return {
      id,
      metric,
      recipe,
      label: columnTitle(column),
      unit: column.unit,
      better: column.better,
      decimals: column.decimals,
      index: `index-${files.take(id)}`,
      classes: null,
      curve: store.hasFrames(at),
    }
  })
}

function faults(
  methods: readonly { row: Leaderboard['rows'][number] }[],
  { store }: ProtocolClips,
): Map<number, ClipFault[]> {
  const found = new Map<number, ClipFault[]>()
  for (const [method, { row }] of methods.entries())
    for (const { clip, reason, message, ...rest } of row.record.failures) {
      const at = store.placeOf(clip)
      if (at === undefined) continue
      const sample = 'sample' in rest && typeof rest.sample === 'string' ? { sample: rest.sample } : {}
      found.set(at, [...(found.get(at) ?? []), { method, reason, message, ...sample }])
    }
  return found
}
