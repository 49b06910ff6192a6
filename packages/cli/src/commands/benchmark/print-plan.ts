import type { PlannedWeights, RunPlan } from '@kinemetric/runners'
import { countOf } from '@kinemetric/files'
import { notOfficial } from '../../output/not-official.ts'
import { formatBytes } from '../../output/format-bytes.ts'
import { print } from '../../output/print.ts'

const shown = 5

/** Prints what a run would take, for people. */
export function printPlan(plan: RunPlan): void {
  const { clips, pairs, samples, unfit, device, config } = plan
  const paired = pairs === 0 ? '' : ` (${pairs} of them without a driver, for probes)`
  print(`${plan.method} on ${device}: ${countOf(clips, 'clip')}${paired}, ${countOf(samples, 'sample')} of each`)
  for (const { clip, message } of unfit.slice(0, shown)) print(`  cannot be done: ${clip}: ${message}`)
  if (unfit.length > shown) print(`  and ${unfit.length - shown} more`)
  const settings = Object.entries(config).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  if (settings.length > 0) print(`settings: ${settings.join(', ')}`)
  for (const weights of plan.weights) print(`weights: ${weightsLine(weights)}`)
  if (plan.teraflopPerClip !== null)
    print(`operations: ${plan.teraflopPerClip.toPrecision(3)} TFLOP a sample of a clip`)
  if (plan.memoryBytes !== null)
    print(
      `memory: about ${formatBytes(plan.memoryBytes)} (${device === 'cpu' ? 'here' : 'beside the card'}: ${formatBytes(plan.memoryHere)})`,
    )
  const { frames, previews, dump } = plan.disk
  const besides = [
    ...(previews > 0 ? [`${formatBytes(previews)} of previews`] : []),
    ...(dump > 0 ? [`${formatBytes(dump)} of what is dumped`] : []),
  ]
  print(`disk: at most ${[`${formatBytes(frames)} of frames`, ...besides].join(', ')}`)
  if (plan.hours !== null && plan.basis !== null) {
    const rate = `${(plan.basis.operationsPerSecond / 1e12).toPrecision(2)} TFLOP/s`
    const from =
      plan.basis.kind === 'measured-step'
        ? `by the last step that was measured here, ${rate}`
        : `by products of matrices for two seconds, ${rate}: no step was measured here yet`
    print(`time: about ${timeText(plan.hours)} (${from})`)
  }
  for (const warning of plan.warnings) print(`warning: ${warning}`)
  for (const why of plan.refused) print(`a run would be refused: ${why}`)
}

function weightsLine(weights: PlannedWeights): string {
  const { word, path, doc, from, licence, gated, optional, official, size, get } = weights
  if (path !== null && official === false) return `${word}: ${path}, ${notOfficial} (those: ${licence})`
  if (path !== null) return `${word}: ${path} (${licence})`
  const asks = gated ? ', behind an agreement: token from HF_TOKEN' : ''
  const how = get === null ? '' : `; ${get}${size === null ? '' : ` (${size})`}`
  return `${word}: ${optional ? `not given (optional: ${doc})` : 'MISSING'}: ${from}${asks}${how}; ${licence}`
}

function timeText(hours: number): string {
  if (hours >= 1) return `${hours.toPrecision(3)} hours`
  return hours * 60 >= 1 ? `${(hours * 60).toPrecision(2)} minutes` : `${(hours * 3600).toPrecision(2)} seconds`
}
