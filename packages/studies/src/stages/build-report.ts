import { existsSync } from 'node:fs'
import { compareResults } from '@kinemetric/evaluation'
import { ownFolder, writeWhole } from '@kinemetric/files'
import { type Comparisons, readRecords, type Verdicts } from '@kinemetric/records'
import { buildSite, type BuiltSite, renderTable, verdictsText } from '@kinemetric/report'
import { begin, type StageContext, warner } from './stage-context.ts'

/** What the methods of a study differ by; taken from beside the records where these have not changed. */
export async function compareMethods(context: StageContext): Promise<Comparisons[]> {
  const { how, places, study } = context
  begin(context, 'compare', study.benchmark.id, false)
  return compareResults(places.results, {
    cache: study.ask.cache ?? places.cache,
    signal: how.signal,
    onWarning: warner(context),
  })
}

/** The table as a file, and the site. */
export async function buildReport(
  context: StageContext,
  comparisons: readonly Comparisons[],
  verdicts: readonly Verdicts[],
): Promise<BuiltSite> {
  const { how, places, study } = context
  const { id, title, claims } = study.benchmark
  begin(context, 'report', id, false)
  const baselines = ownFolder('baselines')
  const claimsDir = claims.length > 0 && existsSync(baselines) ? baselines : undefined
  const { records, claims: stored } = await readRecords(places.results, { baselinesDir: claimsDir })
  const table = renderTable(
    records.map(({ record }) => record),
    stored.map((each) => each.claims),
    { format: 'markdown', comparisons },
  )
  const text = [table, ...(verdicts.length === 0 ? [] : [verdictsText(verdicts, { format: 'markdown' })])].join('\n\n')
  await writeWhole(places.table, text.endsWith('\n') ? text : `${text}\n`)
  const site = await buildSite(places.results, places.site, {
    ...how.site,
    title,
    claimsDir,
    comparisons: () => Promise.resolve(comparisons),
    signal: how.signal,
  })
  for (const message of site.warnings) how.onProgress?.({ kind: 'warning', message })
  return site
}
