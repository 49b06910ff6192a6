import { Option } from 'commander'
import { type MediaChoice, type Published, publishResults } from '@kinemetric/evaluation'
import { FeatureCache } from '@kinemetric/evaluation/feature-cache'
import { countOf, keepYoungGenerationSmall, sizeText } from '@kinemetric/files'
import { buildSite } from '@kinemetric/report'
import { siteKnowledge } from '../../options/benchmark/site-knowledge.ts'
import { cacheOption, type CacheFlags, noCacheOption, openCache } from '../../options/cache-options.ts'
import { claimsFolder } from '../../options/claims-folder.ts'
import { comparedResults } from '../../options/compared-results.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { print, tell, warn } from '../../output/print.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { inOneLine } from '../../output/visible.ts'
import { publishTexts } from './publish-texts.ts'

interface PublishFlags extends CacheFlags, ProgressChoice {
  out: string
  title?: string
  author: string[]
  licence?: string
  media: MediaChoice
  features: 'some' | 'all' | 'statistics' | 'none'
  site: boolean
  claims?: string | false
  json?: boolean
}

/** `kinemetric publish <results> --out <folder>`: a folder that others can check. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<results>', 'folder of records, as `kinemetric score --out` writes it')
    .requiredOption('--out <folder>', 'where the bundle goes; an earlier bundle is replaced, anything else is not')
    .option('--title <title>', 'what the card is called')
    .option('--author <name>', 'whom to cite; once for each', (name: string, names: string[]) => [...names, name], [])
    .option('--licence <name>', 'what you allow for the numbers: an SPDX name, such as CC-BY-4.0')
    .addOption(
      new Option('--media <which>', 'videos: none; own: those that you may publish, and of no data that forbids it')
        .choices(['none', 'own'])
        .default('none'),
    )
    .addOption(
      new Option(
        '--features <which>',
        'what distances are of: some (rows up to 256 MB a side, of more their mean and covariance), all rows, statistics alone, none',
      )
        .choices(['some', 'all', 'statistics', 'none'])
        .default('some'),
    )
    .option('--no-site', 'leave the site out')
    .option('--claims <folder>', 'folder of published claims that the site shows (<method>/paper.json)')
    .option('--no-claims', 'leave published claims out of the site')
    .addOption(cacheOption())
    .addOption(noCacheOption())
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      `
The bundle is verified before it gets its name: records that do not say what their values give are not published.

Examples:
  kinemetric publish results/ --out bundle/ --licence CC-BY-4.0 --author "Ada Lovelace" --title "Our evaluation"
  kinemetric publish results/ --out bundle/ --media own
  kinemetric verify bundle/`,
    )
    .action(async (results: string, flags: PublishFlags) => {
      keepYoungGenerationSmall()
      const said = (text: string) => {
        if (flags.quiet !== true) tell(text)
      }
      await comparedResults(results, said)
      const progress = startProgress('publish', flags)
      const published = await interruptible(
        (signal) =>
          publishResults(results, {
            out: flags.out,
            title: flags.title,
            authors: flags.author,
            licence: flags.licence,
            media: flags.media,
            features: flags.features,
            store: openCache(flags) ?? new FeatureCache(undefined, undefined, warn),
            texts: publishTexts,
            site: flags.site ? (folder, out, media) => writeSite(folder, out, media, flags, signal) : undefined,
            onProgress: ({ done, total, file }) => progress.update(done, total, file),
            signal,
          }),
        false,
      ).finally(() => progress.stop())
      if (flags.json) printJson(published)
      else printPublished(published)
      settle(exitCode.done)
    })
}

async function writeSite(
  results: string,
  out: string,
  media: boolean,
  { title, claims }: PublishFlags,
  signal: AbortSignal,
): Promise<void> {
  const { warnings } = await buildSite(results, out, {
    claimsDir: claimsFolder(claims),
    title,
    media: media ? 'sample' : 'none',
    ...siteKnowledge,
    signal,
  })
  for (const warning of warnings) warn(warning)
}

function printPublished({ path, files, bytes, bundle, held, unchecked }: Published): void {
  print(`${countOf(bundle.records.length, 'record')}, ${countOf(files, 'file')}, ${sizeText(bytes)}: ${path}`)
  for (const { protocol, included, reason } of bundle.media)
    print(`videos of ${protocol}: ${included ? 'in' : 'left out'}. ${inOneLine(reason)}`)
  for (const line of bundle.leftOut) print(`left out  ${inOneLine(line)}`)
  if (bundle.licence === null)
    print('Nothing says what others may do with the numbers: --licence CC-BY-4.0 (or another) does.')
  if (bundle.authors.length === 0) print('Nobody is named to be cited: --author "…" does.')
  print(
    `${countOf(held, 'check')} held, ${unchecked.length} could not be made; others check it with: kinemetric verify ${path}`,
  )
}
