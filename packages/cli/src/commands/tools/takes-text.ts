import type { describeMetric, NetworkOfMetric } from '@kinemetric/metrics'
import type { MeasuredCost } from '@kinemetric/networks'
import { formatBytes } from '../../output/format-bytes.ts'

/** What a metric needs and what that takes, in lines: of its own, and a line for each network that it may run. */
export function takesText({ needs, networks, cost }: ReturnType<typeof describeMetric>): string[] {
  const own = cost === undefined ? '' : `; ${costText(cost)}`
  if (networks.length === 0) return [`needs ${needs}, no weights${own}`]
  if (networks.length === 1) return [`needs ${needs} of ${networkText(networks[0])}${own}`]
  return [`needs ${needs} of one of these${own}`, ...networks.map((network) => `- ${networkText(network)}`)]
}

function networkText({ id, weights, cost }: NetworkOfMetric): string {
  const bytes = weights.reduce((sum, weight) => sum + weight.bytes, 0)
  const files = weights.length === 0 ? 'no weights' : `weights ${formatBytes(bytes)}`
  return `${id}: ${files}, ${cost === undefined ? 'seconds a clip not measured' : costText(cost)}`
}

/** `0.83 s a clip, 626 MiB (13 frames of 256×384, …)` */
function costText({ secondsPerClip, memory, measured }: MeasuredCost): string {
  const memoryText = memory === undefined ? '' : `, ${memory} MiB of memory`
  return `${Number(secondsPerClip.toPrecision(2))} s a clip${memoryText} (${measured})`
}
