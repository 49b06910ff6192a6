import { join } from 'node:path'
import type { CopyState, FunnelStage, MaskCost, Preparation, PreparationPlan } from '@kinemetric/benchmark'
import { printFailures, printWarnings } from '../../output/print-failures.ts'
import { print, warn } from '../../output/print.ts'
import { inOneLine } from '../../output/visible.ts'

/** Prints what became of a dataset besides its clips. @param out its folder, whose `prepare.json` has all of it */
export function printPreparation({ funnel, facts, notes, warnings, failures }: Preparation, out: string): void {
  printFunnel(funnel ?? [], facts?.paper)
  for (const note of notes) warn(inOneLine(note))
  printWarnings(warnings, join(out, 'prepare.json'))
  printFailures(failures, join(out, 'prepare.json'))
}

/** What is counted is written with marks between the thousands, as papers have it. */
function counted(count: number): string {
  return count.toLocaleString('en')
}

function countedOf(count: number, one: string, several = `${one}s`): string {
  return `${counted(count)} ${count === 1 ? one : several}`
}

/** Prints how rows became clips, a rule a line with the share that it removed of what came to it, and how many a paper has. */
export function printFunnel(funnel: readonly FunnelStage[], paper: unknown): void {
  for (const { stage, removed, left } of funnel) {
    const share = removed === 0 ? '' : `${((100 * removed) / (removed + left)).toFixed(1)} %`
    const what = `${counted(removed).padStart(9)} removed ${counted(left).padStart(9)} left ${share.padStart(8)}`
    print(`${stage.padEnd(18)}${what.trimEnd()}`)
  }
  if (typeof paper === 'number') print(`paper ${counted(paper)}`)
}

const shown = 5

function named(ids: readonly string[]): string {
  return `${ids.slice(0, shown).map(inOneLine).join(', ')}${ids.length > shown ? ' …' : ''}`
}

/** Prints what masks would cost and what a copy of a dataset lacks, where a plan says it. */
export function printPlanned({ masks, copy, clips }: PreparationPlan): void {
  if (isCost(masks)) {
    print(`masks by SAM 2: ${countedOf(masks.pictures, 'picture')}, ${countedOf(masks.prompts, 'box', 'boxes')}`)
    for (const [network, { teraflop, hoursOnA100 }] of Object.entries(masks.networks))
      print(
        `  ${network.padEnd(14)} ${counted(teraflop)} TFLOP, ${lasting(hoursOnA100)} at the published rate of an A100`,
      )
  }
  if (isCopy(copy)) {
    const { videos, labels, boxes, whole } = copy
    print(whole ? 'this copy of the dataset is whole' : 'this copy of the dataset is not whole:')
    for (const { name, rows, official } of labels.files)
      print(
        `  ${name}: ${countedOf(rows, 'row')}, ${official === false ? 'NOT the published file' : official === null ? 'as many as published' : 'the published file'}`,
      )
    print(`  videos: ${counted(videos.found)} of ${counted(videos.official)}`)
    for (const [what, ids] of [
      ['missing of the split', videos.missing],
      ['unreadable', videos.unreadable],
      ['without a row', videos.withoutRow],
    ] as const)
      if (ids.length > 0) print(`  ${what}: ${counted(ids.length)} (${named(ids)})`)
    for (const { name, videos: count } of boxes.files) print(`  ${name}: boxes of ${countedOf(count, 'video')}`)
    if (videos.parts.length > 0) print(`  pieces of the archive lie there: ${named(videos.parts)}`)
    if (videos.unpack !== undefined) print(`  unpack all of them: ${videos.unpack}`)
  }
  print(`${countedOf(clips, 'clip')} would be cut`)
}

/** Hours in a unit that people would say. */
function lasting(hours: number): string {
  const seconds = 3600 * hours
  const [value, unit] = seconds < 90 ? [seconds, 's'] : seconds < 5400 ? [seconds / 60, 'min'] : [hours, 'h']
  return `${Number(value.toPrecision(2))} ${unit}`
}

/** Facts are the dataset's own; these are said by datasets that select. */
function isCost(fact: unknown): fact is MaskCost {
  return typeof fact === 'object' && fact !== null && 'pictures' in fact && 'networks' in fact
}

function isCopy(fact: unknown): fact is CopyState {
  return typeof fact === 'object' && fact !== null && 'whole' in fact && 'videos' in fact
}
