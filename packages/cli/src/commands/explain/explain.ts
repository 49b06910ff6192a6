import { trackerChoices } from '@kinemetric/networks'
import { explainRecipes, type ExplainedRecipe, type Explanation } from '@kinemetric/evaluation'
import { findDistance, findRecipe, metricCatalogue, networkDistances } from '@kinemetric/metrics'
import { Option } from 'commander'
import { cacheOption, noCacheOption, openCache } from '../../options/cache-options.ts'
import { either } from '../../options/either.ts'
import { checkpointOption, ownCheckpoint, unverifiedOption } from '../../options/own-checkpoint.ts'
import { type DefineCommand, exitCode, type Outcome } from '../../output/exit-code.ts'
import { framesOption } from '../../options/frames-option.ts'
import { interruptible } from '../../output/interruptible.ts'
import { providerOption, threadsOption } from '../../options/network-options.ts'
import { printFailures } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { startProgress } from '../../output/progress.ts'
import { print, printColumns, tell } from '../../output/print.ts'
import { cliError } from '../../output/cli-error.ts'
import { protocolNames } from '../../options/benchmark/protocol-option.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { explainOneClip } from './explain-clip.ts'
import { explainOneScore } from './explain-scores.ts'
import type { ExplainFlags } from './explain-flags.ts'
import { settingText } from './setting-text.ts'

/** Metrics with a value a clip whose score is none of these alone. */
const wholeScores = metricCatalogue.filter((metric) => metric.clipValues !== undefined)

/** `kinemetric explain <metric>`: the same videos under every recipe, and where they part; of one clip frame by frame. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument(
      '<metric>',
      `${either([...networkDistances, ...wholeScores].map(({ id }) => id))}; with --clip ${either(metricCatalogue.filter(({ per }) => per !== 'set').map(({ id }) => id))}`,
    )
    .option(
      '--reference <videos>',
      'a manifest, or a folder of videos or images; none with --clip and a metric that needs none',
    )
    .requiredOption('--generated <videos>', "a folder of videos, of images or of a method's run")
    .option('--clip <id>', 'one clip: its value frame by frame under every recipe, of a metric that has one a clip')
    .option('--record <file>', 'with --clip: a record, whose value and frames these are held against')
    .option('--protocol <id>', `with --clip and a folder of references: ${protocolNames}`)
    .option('--sample <k>', 'with --clip: of several samples the one of this number', wholeNumber(0))
    .addOption(new Option('--tracker <tracker>', 'with --clip: for motion metrics').choices(trackerChoices))
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
    .addHelpText(
      'after',
      `
Examples:
  kinemetric explain fvd --reference prepared/manifest.jsonl --generated generated/static
  kinemetric explain physics-iq --reference prepared/manifest.jsonl --generated runs/model
  kinemetric explain lpips --clip 102979 --reference prepared/manifest.jsonl --generated generated/static --record results/ssv2-256x384/static.json`,
    )
    .action(async (id: string, flags: ExplainFlags) => {
      if (flags.clip !== undefined) return settle(await explainOneClip(id, flags.clip, flags))
      const ofClips = wholeScores.find((each) => each.id === id)
      if (ofClips !== undefined) return settle(await explainOneScore(ofClips, flags))
      requireWholeSet(id, flags)
      const metric = findDistance(id)
      if (metric.rows !== undefined)
        throw cliError('bad-option', 'metric', {
          expected: `one whose features a network makes: ${either(networkDistances.map((each) => each.id))}`,
          found: id,
          then: `every recipe of ${id} is scored by --metrics ${metric.recipes.map((recipe) => `${id}:${recipe.id}`).join(',')}`,
        })
      const { reference } = flags
      if (reference === undefined)
        throw cliError('bad-option', '--reference', {
          expected: 'a manifest, or a folder of videos or images',
          found: 'none',
        })
      const progress = startProgress('explain', { quiet: flags.quiet })
      const cache = openCache(flags)
      const explanation = await interruptible(
        (signal) =>
          explainRecipes({
            metric,
            generated: flags.generated,
            reference,
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

/** @throws KinemetricError `bad-option` for what is of one clip alone */
function requireWholeSet(id: string, flags: ExplainFlags): void {
  const { record, protocol, sample, tracker } = flags
  const [given] = Object.entries({ record, protocol, sample, tracker }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`],
  )
  const isOfClips = metricCatalogue.some((metric) => metric.id === id && metric.per !== 'set')
  if (given === undefined && !isOfClips) return
  throw cliError('bad-option', given ?? id, {
    expected: '--clip <id> with it',
    found: 'none',
    then: isOfClips
      ? `${id} has a value of each clip: of sets are ${networkDistances.map((each) => each.id).join(', ')}`
      : undefined,
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
  // Without the weights of any recipe no clip is opened, and none is counted.
  const counted =
    clips.generated + clips.reference === 0
      ? ', for which no clip was looked at'
      : ` of ${clips.generated} generated and ${clips.reference} reference clips`
  print(`${metric}${counted}; * is the default, the others are held against it\n`)
  const header = ['recipe', 'value', 'parts at', 'features change', 'due to features', 'due to statistics']
  const rows = recipes.map((recipe) => [
    `${recipe.recipe === defaultRecipe ? '*' : ' '} ${recipe.recipe}`,
    shown(recipe.value),
    recipe.partsAt,
    recipe.featureChange === null ? '' : `${(100 * recipe.featureChange).toPrecision(3)} %`,
    shown(recipe.dueToFeatures),
    shown(recipe.dueToStatistics),
  ])
  printColumns([header, ...rows], 'numbers')
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

function shown(value: number | null): string {
  return value === null ? '-' : value.toPrecision(7)
}
