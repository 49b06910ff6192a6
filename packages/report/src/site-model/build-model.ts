import { join } from 'node:path'
import type { ClassScores, Comparisons } from '@kinemetric/records'
import { protocolKey } from '../board/assemble-leaderboards.ts'
import { buildLeaderboards } from '../board/leaderboard.ts'
import { presentable, visibleText } from '../board/presentable.ts'
import type { MethodSeries } from '../charts/method-series.ts'
import type { MediaCopy } from './clip-media.ts'
import { loadResults } from './results/load-results.ts'
import { leftOutWords } from './results/shown-records.ts'
import { storedComparisons } from './results/stored-comparisons.ts'
import { storedVerdicts } from './results/stored-verdicts.ts'
import type { ProtocolData } from './clip-values/protocol-content.ts'
import type { MediaPolicy, ProtocolMedia } from './protocol-media.ts'
import { protocolModel } from './protocol-model.ts'
import type { MetricEntry, ProtocolModel, SiteModel } from './site-model.ts'
import { Slugs } from './slug.ts'
import type { IntervalOf } from './where-it-fails.ts'

export interface BuiltModel {
  model: SiteModel
  copies: MediaCopy[]
  /** What each protocol's data files are made of, by the protocol's slug. */
  data: { slug: string; data: ProtocolData; media: ProtocolMedia }[]
}

/** Reads a results folder into all that the pages show. @param work folder for scratch files, which last as long as the data is read @throws KinemetricError `bad-results`, `no-records` */
export async function buildModel(
  resultsDir: string,
  work: string,
  options: {
    claimsDir?: string | undefined
    comparisons?: (() => Promise<readonly Comparisons[]>) | undefined
    title?: string | undefined
    base?: string | undefined
    metrics?: readonly MetricEntry[] | undefined
    intervalOf?: IntervalOf | undefined
    classScores?: ((resultsDir: string) => Promise<readonly ClassScores[]>) | undefined
    /** Which videos are published; default `sample`. */
    media?: MediaPolicy | undefined
    /** Name of a build that is served while its results grow. */
    live?: string | undefined
    /** By which an earlier site drew the methods of each protocol, by the protocol's folder. */
    earlierSeries?: ReadonlyMap<string, MethodSeries> | undefined
    signal?: AbortSignal | undefined
  },
): Promise<BuiltModel> {
  const { records, claims, problems, leftOut, roots } = await loadResults(
    resultsDir,
    options.claimsDir,
    options.live !== undefined,
  )
  const comparisons = presentable(await (options.comparisons?.() ?? storedComparisons(records, problems)), roots)
  const verdicts = presentable(await storedVerdicts(records, problems), roots)
  const classScores = presentable((await options.classScores?.(resultsDir)) ?? [], roots)
  const loadedOf = new Map(records.map((loaded) => [loaded.record, loaded]))
  const boards = buildLeaderboards(
    records.map(({ record }) => record),
    claims,
    { comparisons },
  )
  const copies: MediaCopy[] = []
  const slugs = new Slugs(['assets', 'index'])
  const protocols: ProtocolModel[] = []
  const data: BuiltModel['data'] = []
  for (const board of boards) {
    options.signal?.throwIfAborted()
    const slug = slugs.take(board.key)
    const policy = options.media ?? 'sample'
    const folder = join(work, `protocol-${data.length}`)
    const left = leftOut.get(protocolKey(board.protocol))
    const methodsLeftOut = left === undefined ? '' : leftOutWords(left)
    if (methodsLeftOut !== '') problems.push(`${board.protocol.title}: ${methodsLeftOut}`)
    const { intervalOf } = options
    const earlierSeries = options.earlierSeries?.get(slug)
    const { digest } = board.protocol
    const how = {
      policy,
      intervalOf,
      classScores: classScores.find(({ protocol }) => protocol.digest === digest),
      earlierSeries,
      methodsLeftOut,
    }
    const ownVerdicts = verdicts.find(({ protocol }) => protocol.digest === board.protocol.digest) ?? null
    const context = { claims, verdicts: ownVerdicts, loadedOf, copies, problems, folder, ...how }
    const made = await protocolModel(board, slug, context)
    protocols.push(made.model)
    data.push({ slug, data: made.data, media: made.media })
  }
  return {
    model: {
      title: visibleText(options.title ?? 'kinemetric report'),
      base: options.base ?? '',
      version: records.at(0)?.record.provenance.code.version ?? '',
      live: options.live ?? null,
      protocols,
      metrics: presentable([...(options.metrics ?? [])]),
      problems,
    },
    copies,
    data,
  }
}
