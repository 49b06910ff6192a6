import { benchmarkError, openProtocol, type Protocol, protocols } from '@kinemetric/benchmark'
import { isError } from '@kinemetric/files'

/** How help names what `--protocol` takes. */
export const protocolNames = `${protocols.map(({ identity }) => identity.id).join(', ')}, or a file of your own (mine.json, see \`kinemetric protocol init\`)`

/**
 * The protocol of `--protocol`: one of the toolkit's by its name, or of a file, whose metrics have to be there.
 * @throws KinemetricError `bad-protocol`, naming the field of the file
 */
export async function protocolOption(nameOrFile: string): Promise<Protocol> {
  const protocol = await openProtocol(nameOrFile)
  if (!protocols.includes(protocol)) await requireMetrics(protocol, nameOrFile)
  return protocol
}

async function requireMetrics({ added }: Protocol, file: string): Promise<void> {
  // Loaded for a file alone: names of the toolkit are right, and preparing needs no metric.
  const { findMetric, findRecipe } = await import('@kinemetric/metrics')
  for (const [index, { metric, recipe }] of added.entries())
    try {
      findRecipe(findMetric(metric), recipe)
    } catch (cause) {
      if (!isError(cause, 'input')) throw cause
      const field = `metrics.${index}.${cause.code === 'unknown-metric' ? 'metric' : 'recipe'}`
      throw benchmarkError('bad-protocol', file, `${field}: ${cause.sentence}`, { cause })
    }
}
