import type { Score } from '@kinemetric/records'
import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import {
  distance,
  type DistanceSide,
  distributionInfo,
  findReferenceStatistics,
  isDistributionMetric,
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
    .description('Compare two sets of features: fid, kid, fvd, kvd')
    .requiredOption('--generated <file>', 'features (.npy, .npz) or, for fid and fvd, statistics (.npz: mu, sigma)')
    .requiredOption('--reference <file|name>', 'the same of the references, or the name of statistics that were saved')
    .option(
      '--metrics <list>',
      'fid, kid, fvd, kvd (default: those of the dimension: 2048 fid and kid, 400 fvd and kvd)',
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
        ? await readNamed(flags.reference, flags.metrics ?? metricsOf(dimension, true), flags)
        : await readDistanceSide(flags.reference)
      const statistics = [generated, reference].some(({ data }) => 'covariance' in data)
      const metrics = (flags.metrics ?? metricsOf(dimension, statistics)).map(known)
      const recipes = recipesOf(metrics, flags.recipe ?? [])
      const scores = await interruptible(
        (signal) =>
          distance(generated, reference, {
            metrics,
            recipes,
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

/** Metrics of a network's features; KID and KVD need the rows of both sides. */
function metricsOf(dimension: number, statistics: boolean): string[] {
  if (dimension === 2048) return statistics ? ['fid'] : ['fid', 'kid']
  if (dimension === 400) return statistics ? ['fvd'] : ['fvd', 'kvd']
  throw new Error(
    `--metrics: features of ${dimension} dimensions are neither Inception's 2048 nor I3D's 400; expected the metrics to be named (and --any-dimension)`,
  )
}

/** Statistics that `features --save-as` kept, for the recipe that is asked for. */
async function readNamed(name: string, metrics: readonly string[], flags: DistanceFlags): Promise<DistanceSide> {
  const recipes = recipesOf(metrics.map(known), flags.recipe ?? [])
  const metric = metrics.find((id) => id === 'fid' || id === 'fvd') ?? metrics[0]
  const recipe = recipes[metric]
  return readDistanceSide(await findReferenceStatistics(statisticsFolder(), name, metric, recipe))
}

/** Whether a file lies at that path; a folder is none. */
async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => !info.isDirectory(),
    () => false,
  )
}

function known(metric: string): string {
  if (!isDistributionMetric(metric)) throw new Error(`--metrics: expected fid, kid, fvd or kvd; found ${metric}`)
  return metric
}

/** `stylegan-v` goes to every metric that has such a recipe, `fvd:stylegan-v` to that one. */
function recipesOf(metrics: readonly string[], asked: readonly string[]): Record<string, string> {
  const recipes: Record<string, string> = {}
  for (const text of asked) {
    const [metric, named] = text.includes(':') ? text.split(':', 2) : [undefined, text]
    const takers = metrics.filter((id) => metric === id || (metric === undefined && hasRecipe(id, named)))
    if (takers.length === 0)
      throw new Error(
        `--recipe: expected a recipe of ${metrics.join(', ')}; found ${text} (\`kinemetric metrics\` lists them)`,
      )
    for (const taker of takers) recipes[taker] = named!
  }
  return recipes
}

function hasRecipe(metric: string, recipe: string): boolean {
  return distributionInfo(metric).recipes.some(({ id }) => id === recipe)
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
