import type { Score } from '@kinemetric/records'
import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import {
  distance,
  distanceCatalogue,
  type DistanceChoice,
  type DistanceMetric,
  type DistanceSide,
  findDistance,
  findRecipe,
  findReferenceStatistics,
  isReferenceName,
  readDistanceSide,
  statisticsFolder,
} from '@kinemetric/metrics'
import { exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { listOption } from '../../options/list-option.ts'
import type { Outcome } from '../../main.ts'

interface DistanceFlags {
  generated: string
  reference: string
  metrics?: string[]
  recipe?: string[]
  anyDimension?: boolean
  interval: boolean
  json?: boolean
}

/** `kinemetric distance`: metrics of feature files, without running a network. */
export function distanceCommand(settle: (code: Outcome) => void): Command {
  return new Command('distance')
    .description(`Compare two sets of features: ${ids(distanceCatalogue)}`)
    .requiredOption(
      '--generated <file>',
      `features (.npy, .npz) or, for ${ids(takingStatistics(distanceCatalogue), ' and ')}, statistics (.npz: mu, sigma)`,
    )
    .requiredOption('--reference <file|name>', 'the same of the references, or the name of statistics that were saved')
    .option(
      '--metrics <list>',
      `${ids(distanceCatalogue)} (default: those of the dimension: ${dimensions()})`,
      listOption,
    )
    .option('--recipe <list>', 'recipe of every metric that has it, or metric:recipe (repeatable)', listOption)
    .option('--any-dimension', "accept another network's features; the signature says so")
    .option('--no-interval', 'the numbers alone')
    .option('--json', 'print JSON: scores as `kinemetric score` has them')
    .addHelpText(
      'after',
      '\nExample:\n  kinemetric distance --generated a.npy --reference b.npz --metrics fid,kid --recipe fid:clean-fid',
    )
    .action(async (flags: DistanceFlags) => {
      const generated = await readDistanceSide(flags.generated)
      const named = isReferenceName(flags.reference) && !(await isFile(flags.reference))
      const { dimension } = generated.data
      const reference = named
        ? await readNamed(flags.reference, flags.metrics?.map(findDistance) ?? metricsOf(dimension, true), flags)
        : await readDistanceSide(flags.reference)
      const statistics = [generated, reference].some(({ data }) => 'covariance' in data)
      const metrics = flags.metrics?.map(findDistance) ?? metricsOf(dimension, statistics)
      const scores = await interruptible(
        (signal) =>
          distance(generated, reference, {
            metrics: choicesOf(metrics, flags.recipe ?? []),
            anyDimension: flags.anyDimension,
            signal,
            ...(flags.interval ? {} : { interval: false, extrapolation: false, influential: 0 }),
          }),
        false,
      )
      if (flags.json)
        console.log(
          JSON.stringify({ scores, failures: [], generated: flags.generated, reference: flags.reference }, null, 2),
        )
      else for (const score of scores) print(score)
      settle(exitCode.done)
    })
}

function ids(metrics: readonly DistanceMetric[], separator = ', '): string {
  return metrics.map(({ id }) => id).join(separator)
}

function takingStatistics(metrics: readonly DistanceMetric[]): readonly DistanceMetric[] {
  return metrics.filter(({ distance: { statistics } }) => statistics !== undefined)
}

/** `2048 fid and kid, 400 fvd and kvd` */
function dimensions(): string {
  const byDimension = Map.groupBy(distanceCatalogue, (metric) => findRecipe(metric).need.dimension)
  return [...byDimension].map(([dimension, metrics]) => `${dimension} ${ids(metrics, ' and ')}`).join(', ')
}

/** Metrics of a network's features; some need the rows of both sides. */
function metricsOf(dimension: number, statistics: boolean): readonly DistanceMetric[] {
  const own = distanceCatalogue.filter((metric) => findRecipe(metric).need.dimension === dimension)
  if (own.length === 0)
    throw new Error(
      `--metrics: features of ${dimension} dimensions are those of no metric (${dimensions()}); expected the metrics to be named (and --any-dimension)`,
    )
  return statistics ? takingStatistics(own) : own
}

/** Statistics that `features --save-as` kept, for the recipe that is asked for. */
async function readNamed(
  name: string,
  metrics: readonly DistanceMetric[],
  flags: DistanceFlags,
): Promise<DistanceSide> {
  const choices = choicesOf(metrics, flags.recipe ?? [])
  const choice = choices.find(({ metric }) => metric.distance.statistics !== undefined) ?? choices[0]
  return readDistanceSide(await findReferenceStatistics(statisticsFolder(), name, choice))
}

/** Whether a file lies at that path; a folder is none. */
async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => !info.isDirectory(),
    () => false,
  )
}

/** `stylegan-v` goes to every metric that has such a recipe, `fvd:stylegan-v` to that one. */
function choicesOf(metrics: readonly DistanceMetric[], asked: readonly string[]): DistanceChoice[] {
  const recipes = new Map<string, string>()
  for (const text of asked) {
    const [metric, named] = text.includes(':') ? text.split(':', 2) : [undefined, text]
    const takers = metrics.filter(({ id, recipes: own }) =>
      metric === undefined ? own.some((recipe) => recipe.id === named) : metric === id,
    )
    if (takers.length === 0)
      throw new Error(
        `--recipe: expected a recipe of ${ids(metrics)}; found ${text} (\`kinemetric metrics\` lists them)`,
      )
    for (const taker of takers) recipes.set(taker.id, named)
  }
  return metrics.map((metric) => ({ metric, recipe: recipes.get(metric.id) }))
}

function print(score: Score): void {
  const interval = score.interval
    ? `  [${score.interval.low.toPrecision(6)}, ${score.interval.high.toPrecision(6)}]`
    : ''
  // Statistics of other programs do not say how many rows they are of.
  const n = score.n === 0 ? 'n unknown' : `n = ${score.n}`
  console.log(`${score.metric} (${score.recipe})  ${score.value?.toPrecision(8) ?? '-'}${interval}  ${n}`)
  console.log(`  ${score.signature}`)
  for (const warning of score.warnings ?? []) console.log(`  warning: ${warning}`)
}
