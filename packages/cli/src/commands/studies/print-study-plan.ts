import { type PlannedStage, type StudyPlan, wayToData, waysToWeights } from '@kinemetric/studies'
import { sizeText } from '@kinemetric/files'
import { print, printColumns } from '../../output/print.ts'
import { durationText } from '../../output/progress.ts'
import { printFunnel } from '../benchmark/print-preparation.ts'

/** Prints what a study would take, for people. */
export function printStudyPlan(plan: StudyPlan): void {
  const { benchmark, variant, out, stages, data, weights, funnels, diskBytes, hours, notMeasured } = plan
  print(`${benchmark.title}${variant === null ? '' : `, variant ${variant}`}, in ${out}`)
  print(`${benchmark.summary}\n`)
  printColumns([
    ['stage', 'of', 'state', 'done', 'time left here', 'disk', 'lacks'],
    ...stages.map((stage) => [
      stage.stage,
      stage.of,
      stage.state,
      doneText(stage),
      timeText(stage.hours),
      diskText(stage),
      stage.lacks.join(', '),
    ]),
  ])
  for (const [protocol, funnel] of Object.entries(funnels)) {
    print(`\nclips of ${protocol}:`)
    printFunnel(funnel, undefined)
  }
  const absent = data.filter(({ paths, absent: gone }) => paths.length === 0 || gone.length > 0)
  if (absent.length > 0) print(`\nmissing data:\n${absent.map((each) => `  ${wayToData(each)}`).join('\n')}`)
  const missing = weights.filter(({ isHere }) => !isHere)
  if (missing.length > 0)
    print(
      `\nmissing weights:\n${waysToWeights(missing)
        .map((line) => `  ${line}`)
        .join('\n')}`,
    )
  const here = weights.filter(({ isHere }) => isHere)
  if (here.length > 0)
    print(`\nweights that are here: ${[...new Set(here.map(({ id, licence }) => `${id} (${licence})`))].join(', ')}`)
  for (const { word, paths, licence } of data)
    if (paths.length > 0) print(`data ${word}: ${paths.join(', ')} (licence: ${licence})`)
  if (diskBytes !== null) print(`\ndisk for what is generated, at most: ${sizeText(diskBytes)}`)
  if (hours !== null) print(`time left, of stages that were measured here: ${timeText(hours)}`)
  if (notMeasured.length > 0)
    print(
      `not measured on this machine: ${notMeasured.join('; ')}. --measure times a clip of each stage that can be done.`,
    )
}

function doneText({ done, total }: PlannedStage): string {
  return total === null ? '?' : `${done ?? 0} of ${total}`
}

function timeText(hours: number | null): string {
  return hours === null ? 'not measured' : hours === 0 ? '–' : durationText(hours * 3600)
}

function diskText({ diskBytes, state }: PlannedStage): string {
  return diskBytes === null || state === 'done' ? '' : sizeText(diskBytes)
}
