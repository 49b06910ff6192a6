import { metricOf } from './open-study.ts'
import type { GivenState } from './given-data.ts'
import { studyError } from '../benchmark/study-error.ts'
import type { Study } from './study.ts'
import { type WantedWeights, wantedWeights } from './wanted-weights.ts'

/**
 * Everything that a study needs is here, or it does not begin: hours of work would end with what could have been said at once.
 * @param partial go on with what is here
 * @param tell what is left out, a sentence each
 * @returns the study, of methods and metrics whose weights are here
 * @throws KinemetricError `data` with where it is had, `weights` with the commands that get them
 */
export async function requireInputs(study: Study, partial: boolean, tell: (message: string) => void): Promise<Study> {
  const absent = study.data.given.filter(({ paths, absent: missing }) => paths.length === 0 || missing.length > 0)
  if (absent.length > 0)
    throw studyError('data', study.benchmark.id, `data is missing:\n${absent.map(wayToData).join('\n')}`)
  const missing = (await wantedWeights(study)).filter(({ isHere }) => !isHere)
  const binding = partial ? missing.filter(({ kind }) => kind === 'masks') : missing
  // `all` means what is here.
  const wanted = study.benchmark.metrics === 'all' ? binding.filter(({ kind }) => kind !== 'metric') : binding
  if (wanted.length > 0)
    throw studyError(
      'weights',
      study.benchmark.id,
      `weights are missing:\n${waysToWeights(wanted).join('\n')}\n${
        partial ? 'masks cannot be done without' : '--partial goes on without what they are for, and says so'
      }`,
    )
  return partial ? without(study, missing, tell) : study
}

/** How data is had that is not here. */
export function wayToData({ word, doc, from, licence, absent }: GivenState): string {
  const looked = absent.length === 0 ? '' : `; not there: ${absent.join(', ')}`
  return `--data ${word}=…: ${doc}; from ${from}; licence: ${licence}${looked}`
}

/** How weights are had that are not here, a line each. */
export function waysToWeights(missing: readonly WantedWeights[]): string[] {
  return [...Map.groupBy(missing, ({ id }) => id).values()].map(([{ id, licence, size, get }, ...others]) => {
    const of = [...new Set([missing.find((each) => each.id === id)!, ...others].map((each) => each.of))]
    return `${id} (${of.join(', ')}): ${size === null ? '' : `${size}, `}licence: ${licence}; ${get}`
  })
}

/** The study without what has no weights. */
function without(study: Study, missing: readonly WantedWeights[], tell: (message: string) => void): Study {
  if (missing.length === 0) return study
  const lacks = (kind: WantedWeights['kind'], of: string) =>
    missing.some((each) => each.kind === kind && each.of === of)
  const methods = study.methods.filter(({ id }) => !lacks('method', id))
  const { metrics } = study.benchmark
  const kept = metrics === 'all' ? metrics : metrics.filter((text) => !lacks('metric', metricOf(text)))
  const trackerHere = !missing.some(({ kind }) => kind === 'tracker')
  for (const { id, of, kind } of missing.filter((each) => metrics !== 'all' || each.kind !== 'metric'))
    tell(
      kind === 'tracker'
        ? `the tracker ${id} is not here: points are followed by the tracker that is, and verdicts say so`
        : `${of} is left out: the weights ${id} are not here`,
    )
  if (methods.length === 0)
    throw studyError('weights', study.benchmark.id, `no method is left:\n${waysToWeights(missing).join('\n')}`)
  if (kept !== 'all' && kept.length === 0)
    throw studyError('weights', study.benchmark.id, `no metric is left:\n${waysToWeights(missing).join('\n')}`)
  return {
    ...study,
    methods,
    protocols: study.protocols.filter(({ id }) => methods.some(({ protocols }) => protocols.includes(id))),
    benchmark: { ...study.benchmark, metrics: kept },
    tracker: trackerHere ? study.tracker : 'auto',
  }
}
