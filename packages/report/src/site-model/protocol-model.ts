import { canonicalJson } from '@kinemetric/files'
import type { Claims, KinemetricRecord } from '@kinemetric/records'
import { frameCurves } from '../charts/frame-curves.ts'
import { visibleJson } from '../board/presentable.ts'
import { seriesCount } from '../charts/method-style.ts'
import { columnTitle } from '../board/board-columns.ts'
import { formatNumber } from '../board/format-score.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { type MediaCopy, type MethodSource, clipMedia, clipSlugs } from './clip-media.ts'
import { type ClipValues, clipValues, metricKey } from './clip-values.ts'
import { differenceCharts } from './difference-charts.ts'
import type { LoadedRecord } from './load-results.ts'
import { distributions, extremes, influence, motion, nCurves } from './method-model.ts'
import type { Chart } from '../charts/chart.ts'
import type { ClipPageModel, ClipsModel, MethodModel, ProtocolModel, VideoModel } from './site-model.ts'
import { type ProbeModels, probeModels } from './probe-model.ts'
import { resultsDigest } from './results-digest.ts'
import { Slugs } from './slug.ts'

/** Clips without media get a page of their own up to this many in a protocol; beyond, only those that something points to. */
const pagesWithoutMedia = 60

interface Method extends MethodSource {
  row: Leaderboard['rows'][number]
  values: ClipValues
}

/** Everything that a protocol's pages show, and the files that they need. */
export async function protocolModel(
  board: Leaderboard,
  slug: string,
  claims: Claims[],
  loadedOf: ReadonlyMap<KinemetricRecord, LoadedRecord>,
  copies: MediaCopy[],
  problems: string[],
): Promise<ProtocolModel> {
  const methodSlugs = new Slugs(['index'])
  const methods = board.rows.map((row, index): Method => {
    const loaded = loadedOf.get(row.record)!
    return {
      row,
      loaded,
      values: clipValues(loaded.rows),
      name: row.name,
      slug: methodSlugs.take(row.id),
      series: (index % seriesCount) + 1,
      trivial: row.trivial,
    }
  })
  const ids = clipIds(methods)
  const slugOf = clipSlugs(ids, new Slugs(['index']))
  const media = await clipMedia(methods, slug, slugOf, copies, problems)
  const paged = pagedClips(ids, methods, media)
  const videosOf = (clip: string) => media.get(clip)?.videos ?? []
  const pairSlugs = new Slugs(['index'])
  const shared = { protocolSlug: slug, slugOf, videosOf, pairSlugs, copies, problems }
  const probes = await probeModels(methods, shared)
  const hrefOf = (clip: string) => (paged.has(clip) ? `${slug}/clips/${slugOf(clip)}.html` : null)
  const clips = clipsModel(board, methods, ids, hrefOf, media)
  const clipPages = await clipPageModels(
    board,
    methods,
    ids.filter((id) => paged.has(id)),
    slugOf,
    media,
    probes.byClip,
  )
  const { columns } = board
  const models: MethodModel[] = []
  for (const [index, method] of methods.entries()) {
    const { row, values, loaded } = method
    const recordTo = `${slug}/downloads/${method.slug}.json`
    copies.push(
      loaded.asWritten
        ? { from: loaded.path, to: recordTo }
        : { text: visibleJson(canonicalJson(loaded.record)), to: recordTo },
    )
    if (loaded.tablePath) copies.push({ from: loaded.tablePath, to: `${slug}/downloads/${method.slug}.parquet` })
    models.push({
      slug: method.slug,
      row: index,
      series: method.series,
      distributions: await distributions(columns, [method]),
      nCurves: await nCurves(columns, [method]),
      influence: influence(row, columns, hrefOf),
      extremes: extremes(row, columns, values, hrefOf),
      motion: motion(row, columns),
      tableHref: loaded.tablePath ? `${slug}/downloads/${method.slug}.parquet` : null,
      recordHref: `${slug}/downloads/${method.slug}.json`,
    })
  }
  return {
    slug,
    digest: await resultsDigest(
      board,
      methods.map(({ loaded }) => loaded),
    ),
    board,
    claims,
    methods: models,
    clips,
    clipPages,
    pairPages: probes.pages,
    distributions: methods.length > 1 ? await distributions(columns, methods) : [],
    differences: await differenceCharts(columns, methods),
    nCurves: methods.length > 1 ? await nCurves(columns, methods) : [],
    downloads: [
      {
        label: 'JSON',
        href: `${slug}/downloads/leaderboard.json`,
        note: 'every score with interval, ranks and signature, every comparison, and the claims',
      },
      {
        label: 'CSV',
        href: `${slug}/downloads/leaderboard.csv`,
        note: 'one line a score, full precision; value, low, high, rankLow, rankHigh, layer, n and units are as in the table, own_value and own_n as in the record',
      },
      { label: 'LaTeX', href: `${slug}/downloads/leaderboard.tex`, note: 'a table for booktabs' },
      { label: 'Markdown', href: `${slug}/downloads/leaderboard.md`, note: 'a table for a README' },
    ],
  }
}

function clipIds(methods: readonly Method[]): string[] {
  const ids = new Set<string>()
  for (const { loaded } of methods) {
    for (const { clip } of loaded.rows) ids.add(clip)
    for (const { clip } of loaded.record.failures) ids.add(clip)
    for (const { clip } of loaded.record.media?.clips ?? []) ids.add(clip)
  }
  return [...ids].sort(new Intl.Collator('en', { numeric: true }).compare)
}

/** Every clip with videos; the others all while they are few, else those that an influence or an extreme points to. */
function pagedClips(
  ids: readonly string[],
  methods: readonly Method[],
  media: ReadonlyMap<string, { videos: VideoModel[] }>,
): Set<string> {
  const paged = new Set(ids.filter((id) => (media.get(id)?.videos.length ?? 0) > 0))
  if (ids.length <= pagesWithoutMedia) return new Set(ids)
  const wanted = methods.flatMap(({ row }) =>
    row.cells.flatMap((cell) =>
      (cell?.score.details?.influence ?? [])
        .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change))
        .slice(0, 10)
        .map(({ clip }) => clip),
    ),
  )
  const known = new Set(ids)
  for (const clip of [...new Set(wanted)].slice(0, pagesWithoutMedia)) if (known.has(clip)) paged.add(clip)
  return paged
}

/** The board's columns that tables have values by clip for. */
function clipMetrics(board: Leaderboard, methods: readonly Method[]) {
  const seen = new Set<string>()
  return board.columns.filter((column) => {
    const key = metricKey(column.metric, column.recipe)
    if (seen.has(key) || !methods.some(({ values }) => values.has(key))) return false
    seen.add(key)
    return true
  })
}

function clipsModel(
  board: Leaderboard,
  methods: readonly Method[],
  ids: readonly string[],
  hrefOf: (clip: string) => string | null,
  media: ReadonlyMap<string, { label: string }>,
): ClipsModel {
  const metrics = clipMetrics(board, methods)
  return {
    ids: [...ids],
    hrefs: ids.map(hrefOf),
    labels: ids.map((id) => media.get(id)?.label ?? ''),
    methods: methods.map(({ row }) => ({ id: row.id, name: row.name, trivial: row.trivial })),
    metrics: metrics.map((column) => ({
      key: metricKey(column.metric, column.recipe),
      label: columnTitle(column),
      better: column.better,
      decimals: column.decimals,
      unit: column.unit,
    })),
    values: metrics.map((column) => {
      const key = metricKey(column.metric, column.recipe)
      return methods.map(({ values }) => ids.map((id) => round(values.get(key)?.get(id)?.value, column.decimals)))
    }),
  }
}

/** Two digits more than are printed: the clips page takes differences. */
function round(value: number | null | undefined, decimals: number): number | null {
  return value === null || value === undefined ? null : Number(value.toFixed(decimals + 2))
}

async function clipPageModels(
  board: Leaderboard,
  methods: readonly Method[],
  ids: readonly string[],
  slugOf: (clip: string) => string,
  media: ReadonlyMap<string, { videos: VideoModel[]; label: string }>,
  probes: ProbeModels['byClip'],
): Promise<ClipPageModel[]> {
  const metrics = clipMetrics(board, methods)
  const failures = methods.map(({ row }) => new Map(row.record.failures.map((failure) => [failure.clip, failure])))
  const pages: ClipPageModel[] = []
  for (const [index, id] of ids.entries()) {
    const frames = clipFrames(board, methods, id)
    const curves: Chart[] = []
    for (const column of metrics) {
      const key = metricKey(column.metric, column.recipe)
      const series = methods.flatMap(({ name, series, values }) => {
        const entry = values.get(key)?.get(id)
        return entry && entry.frames.length > 1 ? [{ name, series, values: entry.frames }] : []
      })
      if (series.length > 0) {
        const unit = column.unit === '' ? '' : ` (${column.unit})`
        curves.push(await frameCurves(columnTitle(column), `${column.label}${unit}`, series, frames))
      }
    }
    const neighbour = (other: string | undefined) => (other === undefined ? null : { id: other, slug: slugOf(other) })
    pages.push({
      id,
      slug: slugOf(id),
      label: media.get(id)?.label ?? '',
      frames,
      videos: media.get(id)?.videos ?? [],
      curves,
      metrics: metrics.map((column) => ({ label: columnTitle(column), better: column.better, unit: column.unit })),
      methods: methods.map(({ name, series, trivial, values }, method) => ({
        name,
        series,
        trivial,
        values: metrics.map((column) =>
          formatNumber(values.get(metricKey(column.metric, column.recipe))?.get(id)?.value ?? null, column.decimals),
        ),
        failure: failures[method].get(id)?.message ?? null,
      })),
      probe: probes.get(id) ?? null,
      previous: neighbour(ids[index - 1]),
      next: neighbour(ids[index + 1]),
    })
  }
  return pages
}

/** Frames of a clip: the protocol's, or as far as its values reach. */
function clipFrames(board: Leaderboard, methods: readonly Method[], id: string): number {
  if (typeof board.protocol.frames === 'number') return board.protocol.frames
  let last = 0
  for (const { values } of methods)
    for (const clips of values.values()) last = Math.max(last, clips.get(id)?.frames.at(-1)?.frame ?? 0)
  return last + 1
}
