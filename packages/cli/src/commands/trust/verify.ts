import { type Finding, isBundle, verifyBundle, verifyResults } from '@kinemetric/evaluation'
import { FeatureCache } from '@kinemetric/evaluation/feature-cache'
import { countOf } from '@kinemetric/files'
import { cacheOption, type CacheFlags, noCacheOption, openCache } from '../../options/cache-options.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { print, warn } from '../../output/print.ts'
import { printJson } from '../../output/print-json.ts'
import { type Progress, type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { inOneLine } from '../../output/visible.ts'
import { publishTexts } from './publish-texts.ts'

interface VerifyFlags extends CacheFlags, ProgressChoice {
  pairs?: boolean
  all?: boolean
  json?: boolean
}

/** `kinemetric verify <results>`: whether records say what the values beside them give. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument(
      '<results>',
      'folder of records, as `kinemetric score --out` writes it, or a bundle of `kinemetric publish`',
    )
    .option('--pairs', 'make every comparison anew too, which takes minutes of thousands of clips')
    .option('--all', 'name every check that could not be made (else their kinds, with how many)')
    .addOption(cacheOption())
    .addOption(noCacheOption())
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      `
Of a bundle checksums come first: files that are missing, changed or not named, links, paths that lead out. Distances are made anew of features
where these are in the bundle or in the cache.

Exit codes: 0 nothing wrong was found; 1 something was. What could not be checked is listed, and is neither.

Examples:
  kinemetric verify results/
  kinemetric verify bundle/ --pairs --all`,
    )
    .action(async (results: string, flags: VerifyFlags) => {
      const progress = startProgress('verify', flags)
      const found = await interruptible(async (signal) => {
        const how = { pairs: flags.pairs, onProgress: shownOn(progress), signal }
        if (await isBundle(results)) return verifyBundle(results, { ...how, texts: publishTexts })
        const store = openCache(flags) ?? new FeatureCache(undefined, undefined, warn)
        return verifyResults(results, { ...how, store })
      }, false).finally(() => progress.stop())
      if (flags.json) printJson(found)
      else {
        const { records, held, wrong, unchecked } = found
        for (const { file, what, message } of wrong) print(`WRONG  ${file}: ${what}: ${inOneLine(message)}`)
        for (const line of flags.all === true ? unchecked.map(lineOf) : kindsOf(unchecked))
          print(`not checked  ${line}`)
        print(
          `${countOf(records, 'record')}: ${countOf(held, 'check')} held, ${wrong.length} wrong, ${unchecked.length} could not be made`,
        )
      }
      settle(found.wrong.length > 0 ? exitCode.someFailed : exitCode.done)
    })
}

function shownOn(progress: Progress) {
  return ({ done, total, file }: { done: number; total: number; file: string }) => progress.update(done, total, file)
}

function lineOf({ file, what, message }: Finding): string {
  return `${file}: ${what}: ${inOneLine(message)}`
}

/** Each reason once, with what it is of where that is one thing. */
function kindsOf(unchecked: readonly Finding[]): string[] {
  return [...Map.groupBy(unchecked, ({ message }) => message)].map(([message, list]) => {
    const whats = [...new Set(list.map(({ what }) => what))]
    return `${whats.slice(0, 4).join(', ')}${whats.length > 4 ? ', …' : ''} (${list.length}): ${inOneLine(message)}`
  })
}
