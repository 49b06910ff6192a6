import type { Comparisons } from '@kinemetric/records'
import { buildLeaderboards } from '../board/leaderboard.ts'
import { presentable, visibleText } from '../board/presentable.ts'
import type { MediaCopy } from './clip-media.ts'
import { loadResults } from './load-results.ts'
import { storedComparisons } from './stored-comparisons.ts'
import { protocolModel } from './protocol-model.ts'
import type { ProtocolModel, SiteModel } from './site-model.ts'
import { Slugs } from './slug.ts'

export interface BuiltModel {
  model: SiteModel
  copies: MediaCopy[]
}

/** Reads a results folder into all that the pages show. @throws KinemetricError `bad-results`, `no-records` */
export async function buildModel(
  resultsDir: string,
  options: {
    claimsDir?: string | undefined
    comparisons?: (() => Promise<readonly Comparisons[]>) | undefined
    title?: string | undefined
    base?: string | undefined
    signal?: AbortSignal | undefined
  },
): Promise<BuiltModel> {
  const { records, claims, problems, roots } = await loadResults(resultsDir, options.claimsDir)
  const comparisons = presentable(await (options.comparisons?.() ?? storedComparisons(records, problems)), roots)
  const loadedOf = new Map(records.map((loaded) => [loaded.record, loaded]))
  const boards = buildLeaderboards(
    records.map(({ record }) => record),
    claims,
    { comparisons },
  )
  const copies: MediaCopy[] = []
  const slugs = new Slugs(['assets', 'index'])
  const protocols: ProtocolModel[] = []
  for (const board of boards) {
    options.signal?.throwIfAborted()
    protocols.push(await protocolModel(board, slugs.take(board.key), claims, loadedOf, copies, problems))
  }
  return {
    model: {
      title: visibleText(options.title ?? 'kinemetric report'),
      base: options.base ?? '',
      version: records[0].record.provenance.code.version,
      protocols,
      problems,
    },
    copies,
  }
}
