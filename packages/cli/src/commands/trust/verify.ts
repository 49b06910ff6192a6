import { type Finding, verifyResults } from '@kinemetric/evaluation'
import { FeatureCache } from '@kinemetric/evaluation/feature-cache'
import { countOf } from '@kinemetric/files'
import { cacheOption, type CacheFlags, noCacheOption, openCache } from '../../options/cache-options.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { print, warn } from '../../output/print.ts'
import { printJson } from '../../output/print-json.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { inOneLine } from '../../output/visible.ts'

interface VerifyFlags extends CacheFlags, ProgressChoice {
  pairs?: boolean
  all?: boolean
  json?: boolean
}

/** `kinemetric verify <results>`: whether records say what the values beside them give. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<results>', 'folder of records, as `kinemetric score --out` writes it')
    .option('--pairs', 'make every comparison anew too, which takes minutes of thousands of clips')
    .option('--all', 'name every check that could not be made (else their kinds, with how many)')
    .addOption(cacheOption())
    .addOption(noCacheOption())
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing wrong was found; 1 something was. What could not be checked is listed, and is neither.',
    )
    .action(async (results: string, flags: VerifyFlags) => {
      const progress = startProgress('verify', flags)
      const found = await interruptible(
        (signal) =>
          verifyResults(results, {
            pairs: flags.pairs,
            store: openCache(flags) ?? new FeatureCache(undefined, undefined, warn),
            onProgress: ({ done, total, file }) => progress.update(done, total, file),
            signal,
          }),
        false,
      ).finally(() => progress.stop())
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
