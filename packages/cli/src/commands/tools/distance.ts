import { groupsOf, type Score } from '@kinemetric/records'
import { stat } from 'node:fs/promises'
import {
  ANY_ENCODER,
  chooseRecipes,
  distance,
  distanceCatalogue,
  type DistanceChoice,
  type DistanceMetric,
  type DistanceSide,
  distancesByDimension,
  distancesNamed,
  distancesOfDimension,
  distancesOfStatistics,
  findReferenceStatistics,
  type FeatureRows,
  isOfTracks,
  isReferenceName,
  readDistanceSide,
  readFeatureFile,
  readTrackedSides,
  statisticsFolder,
  withClipsOfRows,
} from '@kinemetric/metrics'
import { countOf } from '@kinemetric/files'
import { listOption } from '../../options/list-option.ts'
import { setOption } from '../../options/benchmark/set-option.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { cliError } from '../../output/cli-error.ts'
import { print, tell } from '../../output/print.ts'
import { inOneLine } from '../../output/visible.ts'

interface DistanceFlags {
  generated: string
  reference: string
  metrics?: string[]
  recipe?: string[]
  set?: string[]
  encoder?: string
  anyDimension?: boolean
  rowsAreClips?: boolean
  clipOfRow?: string
  referenceClipOfRow?: string
  paired?: boolean
  floorFrom?: string
  interval: boolean
  json?: boolean
}

/** `kinemetric distance`: metrics of feature files, without running a network. */
export const define: DefineCommand = (command, settle) => {
  command
    .requiredOption(
      '--generated <file>',
      `features (.npy, .npz) or, for ${ids(distancesOfStatistics(), ' and ')}, statistics (.npz: mu, sigma); for ${ids(ofTracks, ' and ')} a folder of tracks, <clip>.json each, as \`kinemetric track --for\` writes them`,
    )
    .requiredOption('--reference <file|name>', 'the same of the references, or the name of statistics that were saved')
    .option(
      '--metrics <list>',
      `${ids(distanceCatalogue)}, or groups: ${groupsOf(distanceCatalogue).join(', ')} (default: those of the dimension: ${dimensions()})`,
      listOption,
    )
    .option('--recipe <list>', 'recipe of every metric that has it, or metric:recipe (repeatable)', listOption)
    .addOption(setOption())
    .option(
      '--encoder <name>',
      'what the rows are features of, where it is none of ours: for fd, kd, prdc and others of any features',
    )
    .option('--any-dimension', "accept another network's features; the signature says so")
    .option(
      '--rows-are-clips',
      'each row of a file that names no clips is one (features of whole clips; not of frames)',
    )
    .option('--clip-of-row <file>', 'the clip of each row of the generated features: an .npy of whole numbers from 0')
    .option('--reference-clip-of-row <file>', 'the same of the references')
    .option('--paired', 'both sides are of the same clips, under the same numbers: errors are of both together')
    .option(
      '--floor-from <file>',
      'features of further real clips like the references: what a perfect generator would get (else: of halves of the reference)',
    )
    .option('--no-interval', 'the numbers alone')
    .option('--json', 'print JSON: scores as `kinemetric score` has them')
    .addHelpText(
      'after',
      '\nExample:\n  kinemetric distance --generated a.npy --reference b.npz --metrics fid,kid --recipe fid:clean-fid',
    )
    .action(async (given: DistanceFlags) => {
      const flags = withRecipes(given)
      if (await isFolder(flags.generated)) {
        printScores(await scoresOfTracks(flags), flags)
        return settle(exitCode.done)
      }
      const generated = await withClips(await readDistanceSide(flags.generated), flags.clipOfRow)
      const named = isReferenceName(flags.reference) && !(await isFile(flags.reference))
      const { dimension } = generated.data
      const fits = (metric: DistanceMetric) =>
        flags.anyDimension === true ||
        metric.recipes.some(({ need }) => need.dimension === dimension) ||
        (flags.encoder !== undefined && metric.ofEncoder !== undefined)
      const names = flags.metrics ?? (flags.encoder === undefined ? undefined : usualOfEncoders())
      const asked = names === undefined ? undefined : distancesNamed(names, fits)
      const known = () => asked ?? distancesOfDimension(dimension, true)
      const reference = await withClips(
        named ? await readNamed(flags.reference, known(), flags) : await readDistanceSide(flags.reference),
        flags.referenceClipOfRow,
      )
      const statistics = [generated, reference].some(({ data }) => 'covariance' in data)
      const metrics = asked ?? distancesOfDimension(dimension, statistics)
      const further = flags.floorFrom === undefined ? undefined : (await readFeatureFile(flags.floorFrom)).features
      const choices = chooseRecipes(metrics, flags.recipe ?? [], flags.set, flags.encoder)
      printScores(await scoresOf(generated, reference, choices, flags, further), flags)
      settle(exitCode.done)
    })
}

/** What `--metrics` names with a recipe, as `score` takes it: the metric there, and the recipe beside those of `--recipe`. */
function withRecipes(flags: DistanceFlags): DistanceFlags {
  const { metrics = [] } = flags
  const named = metrics.filter((text) => text.includes(':'))
  if (named.length === 0) return flags
  return {
    ...flags,
    metrics: metrics.map((text) => text.split(':', 1)[0]),
    recipe: [...(flags.recipe ?? []), ...named],
  }
}

function scoresOf(
  generated: DistanceSide,
  reference: DistanceSide,
  metrics: readonly DistanceChoice[],
  flags: DistanceFlags,
  floorFrom?: FeatureRows,
): Promise<Score[]> {
  return interruptible(
    (signal) =>
      distance(generated, reference, {
        metrics,
        anyDimension: flags.anyDimension,
        signal,
        rowsAreClips: flags.rowsAreClips,
        floorFrom,
        onCost: (message) => tell(inOneLine(message), 'note'),
        ...(flags.interval
          ? { interval: { paired: flags.paired } }
          : { interval: false, extrapolation: false, floor: false, influential: 0 }),
      }),
    false,
  )
}

/** Distances of folders of tracks, whose rows each recipe makes for itself. */
async function scoresOfTracks(flags: DistanceFlags): Promise<Score[]> {
  const { generated, reference, clipOfRow, referenceClipOfRow, floorFrom } = flags
  if (clipOfRow !== undefined || referenceClipOfRow !== undefined || floorFrom !== undefined)
    throw cliError('bad-option', '--generated', {
      expected: 'a file of features with --clip-of-row or --floor-from',
      found: 'a folder of tracks, whose files are its clips',
    })
  const metrics =
    flags.metrics === undefined ? ofTracks : distancesNamed(flags.metrics, (metric) => isOfTracks({ metric }))
  const scores: Score[] = []
  for (const choice of chooseRecipes(metrics, flags.recipe ?? [], flags.set)) {
    const sides = await readTrackedSides(generated, reference, choice)
    const [score] = await scoresOf(sides.generated, sides.reference, [choice], flags)
    const warnings = [...(score.warnings ?? []), ...sides.warnings]
    scores.push(warnings.length === 0 ? score : { ...score, warnings })
  }
  return scores
}

/** Metrics whose sides are folders of tracks. */
const ofTracks = distanceCatalogue.filter((metric) => isOfTracks({ metric }))

function printScores(scores: readonly Score[], { json, generated, reference }: DistanceFlags): void {
  if (json) printJson({ scores, failures: [], generated, reference })
  else for (const score of scores) printScore(score)
}

/** The metrics that are of features of whatever encoder, and of none here. */
function usualOfEncoders(): string[] {
  return distanceCatalogue.filter(({ recipes: [{ need }] }) => need.network === ANY_ENCODER).map(({ id }) => id)
}

function ids(metrics: readonly DistanceMetric[], separator = ', '): string {
  return metrics.map(({ id }) => id).join(separator)
}

/** `2048 fid and kid, 400 fvd and kvd` */
function dimensions(): string {
  return [...distancesByDimension()].map(([dimension, metrics]) => `${dimension} ${ids(metrics, ' and ')}`).join(', ')
}

/** Statistics that `features --save-as` kept, for the recipe that is asked for. */
async function readNamed(
  name: string,
  metrics: readonly DistanceMetric[],
  flags: DistanceFlags,
): Promise<DistanceSide> {
  const choices = chooseRecipes(metrics, flags.recipe ?? [], flags.set)
  const choice = choices.find(({ metric }) => metric.distance.statistics !== undefined) ?? choices[0]
  return readDistanceSide(await findReferenceStatistics(statisticsFolder(), name, choice))
}

/** The side with the clips that a file names. */
async function withClips(side: DistanceSide, file: string | undefined): Promise<DistanceSide> {
  return file === undefined ? side : withClipsOfRows(side, file)
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  )
}

/** Whether a file lies at that path; a folder is none. */
async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => !info.isDirectory(),
    () => false,
  )
}

function printScore(score: Score): void {
  const interval = score.interval
    ? `  [${score.interval.low.toPrecision(6)}, ${score.interval.high.toPrecision(6)}]`
    : ''
  // Statistics of other programs do not say how many rows they are of.
  const n = score.n === 0 ? 'n unknown' : `n = ${score.n}`
  const { units, sampleSize, floor, extrapolation, noExtrapolation } = score.details ?? {}
  const clips = units ?? sampleSize?.clips
  const counted = clips === undefined || clips === score.n ? '' : ` rows of ${countOf(clips, 'clip')}`
  print(`${score.metric} (${score.recipe})  ${score.value?.toPrecision(8) ?? '-'}${interval}  ${n}${counted}`)
  print(`  ${score.signature}`)
  if (score.interval)
    print(`  interval: ${100 * score.interval.level} % by ${score.interval.method}, of the value expected at this n`)
  if (floor)
    print(
      `  floor: ${floor.text}, 95 % point ${floor.high.q95.toPrecision(4)}, ${floor.kind === 'further' ? 'of further real clips' : 'from halves of the reference'}${floor.atFloor ? '; the value is at the floor' : ''}`,
    )
  if (extrapolation)
    print(
      `  extrapolated to infinitely many: ${extrapolation.intercept.toPrecision(6)}; the reference’s own bias stays in it`,
    )
  else if (noExtrapolation !== undefined) print(`  not extrapolated: ${noExtrapolation}`)
  for (const warning of score.warnings ?? []) print(`  warning: ${warning}`)
}
