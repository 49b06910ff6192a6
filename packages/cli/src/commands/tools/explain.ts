import { explainRecipes, type ExplainedRecipe, type Explanation } from '@kinemetric/evaluation'
import { distanceCatalogue, findDistance, findRecipe } from '@kinemetric/metrics'
import { cacheOption, noCacheOption, openCache, type CacheFlags } from '../../options/cache-options.ts'
import { either } from '../../options/either.ts'
import {
  checkpointOption,
  ownCheckpoint,
  unverifiedOption,
  type CheckpointFlags,
} from '../../options/own-checkpoint.ts'
import { type DefineCommand, exitCode, type Outcome } from '../../output/exit-code.ts'
import { framesOption } from '../../options/frames-option.ts'
import { interruptible } from '../../output/interruptible.ts'
import { providerOption, threadsOption, type NetworkFlags } from '../../options/network-options.ts'
import { printFailures } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { startProgress } from '../../output/progress.ts'
import { print, tell } from '../../output/print.ts'

interface ExplainFlags extends NetworkFlags, CheckpointFlags, CacheFlags {
  reference: string
  generated: string
  exclude?: number[]
  json?: boolean
  quiet?: boolean
}

/** `kinemetric explain <metric>`: the same videos under every recipe, and where they part. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<metric>', either(distanceCatalogue.map(({ id }) => id)))
    .requiredOption('--reference <videos>', 'a manifest, or a folder of videos or images')
    .requiredOption('--generated <videos>', "a folder of videos, of images or of a method's run")
    .addOption(checkpointOption())
    .addOption(unverifiedOption())
    .option(
      '--exclude <frames>',
      "leave out these frames of every clip, like 0 (a manifest's protocol says it itself, for both sides)",
      framesOption,
    )
    .addOption(cacheOption())
    .addOption(noCacheOption())
    .addOption(providerOption())
    .addOption(threadsOption())
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .action(async (id: string, flags: ExplainFlags) => {
      const metric = findDistance(id)
      const progress = startProgress('explain', { quiet: flags.quiet })
      const cache = openCache(flags)
      const explanation = await interruptible(
        (signal) =>
          explainRecipes({
            metric,
            generated: flags.generated,
            reference: flags.reference,
            checkpoints: ownCheckpoint(findRecipe(metric).need.network, flags),
            provider: flags.provider,
            threads: flags.threads,
            exclude: flags.exclude,
            cache,
            onProgress: ({ stage, done, total }) => progress.update(done, total, stage),
            signal,
          }),
        cache !== undefined,
      ).finally(() => progress.stop())
      if (flags.json) printJson(explanation)
      else printExplanation(explanation)
      printFailures(explanation.failures)
      settle(outcomeOf(explanation))
    })
}

/** Without any value the command has not done what it was asked for: for want of weights, or of clips. */
function outcomeOf({ recipes, failures }: Explanation): Outcome {
  if (recipes.every(({ value }) => value === null)) {
    const forWeights = recipes.every(({ reason }) => reason?.startsWith('weights missing') === true)
    tell(forWeights ? 'no recipe has its weights' : 'no recipe has a value', 'error')
    return forWeights ? exitCode.weightsMissing : exitCode.badInput
  }
  return failures.length > 0 ? exitCode.someFailed : exitCode.done
}

function printExplanation({ metric, defaultRecipe, recipes, clips }: Explanation): void {
  print(
    `${metric} of ${clips.generated} generated and ${clips.reference} reference clips; * is the default, the others are held against it\n`,
  )
  const header = ['recipe', 'value', 'parts at', 'features change', 'due to features', 'due to statistics']
  const rows = recipes.map((recipe) => [
    `${recipe.recipe === defaultRecipe ? '*' : ' '} ${recipe.recipe}`,
    shown(recipe.value),
    recipe.partsAt,
    recipe.featureChange === null ? '' : `${(100 * recipe.featureChange).toPrecision(3)} %`,
    shown(recipe.dueToFeatures),
    shown(recipe.dueToStatistics),
  ])
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)))
  for (const row of [header, ...rows])
    print(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '))
  print('')
  for (const recipe of recipes) for (const line of notes(recipe)) print(line)
}

function notes({ recipe, differs, reason }: ExplainedRecipe): string[] {
  const parts = Object.entries(differs).map(
    ([name, [base, own]]) => `${name} ${settingText(own)} instead of ${settingText(base)}`,
  )
  return [
    ...(parts.length > 0 ? [`${recipe}: ${parts.join('; ')}`] : []),
    ...(reason === undefined ? [] : [`${recipe}: no value: ${reason}`]),
  ]
}

/** A recipe's setting; a recipe that has none of that name is without it. */
function settingText(value: unknown): string {
  return value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value)
}

function shown(value: number | null): string {
  return value === null ? '-' : value.toPrecision(7)
}
