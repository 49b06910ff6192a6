import type { GateResult } from '@kinemetric/records'
import type { ComparedRecord } from '../compare/compared-record.ts'
import { type PairedReferences, pairReferences, sameGenerated } from '../compare/paired-references.ts'
import { gateError } from './rules/gate-error.ts'

/** The clips of a gate: which of them can be held against each other, and what became of their frames. */
export interface GateClips {
  references: PairedReferences
  /** In both records, with the same reference frames, in code unit order. */
  common: string[]
  told: GateResult['clips']
  /** Whether the generated frames of all common clips are the same. */
  identical: boolean
}

/**
 * Pairs two records clip by clip.
 * @throws KinemetricError `not-comparable` for other protocols, other reference frames on more than 5 % of the clips, no clip in common; `other-seeds`
 */
export function gateClips(
  baseline: ComparedRecord,
  candidate: ComparedRecord,
  { otherSeeds = false }: { otherSeeds?: boolean | undefined } = {},
): GateClips {
  requireSameProtocol(baseline, candidate)
  if (!otherSeeds) requireSameSeeds(baseline, candidate)
  const references = pairReferences([baseline, candidate])
  const [unpaired] = references.unpaired
  if (unpaired !== undefined)
    throw gateError(
      'not-comparable',
      '',
      `baseline and candidate were not scored against the same clips: ${unpaired.reason}`,
    )
  const [own, other] = [baseline.hashes!, candidate.hashes!]
  const both = [...own.keys()].filter((clip) => other.has(clip))
  const common = both.filter(references.comparable).sort()
  if (common.length === 0)
    throw gateError('not-comparable', '', {
      expected: 'clips that both records have',
      found: `none (${own.size} of the baseline, ${other.size} of the candidate)`,
      then: 'score both over the same clips',
    })
  const changed = common.filter((clip) => !sameGenerated(baseline, candidate, [clip]))
  return {
    references,
    common,
    identical: changed.length === 0,
    told: {
      common: common.length,
      units: new Set(common.map(references.unitOf)).size,
      otherReference: both.length - common.length,
      onlyBaseline: [...own.keys()].filter((clip) => !other.has(clip)).sort(),
      onlyCandidate: [...other.keys()].filter((clip) => !own.has(clip)).sort(),
      changedFrames: changed.length,
    },
  }
}

function requireSameProtocol({ record: a }: ComparedRecord, { record: b }: ComparedRecord): void {
  if (a.protocol.digest === b.protocol.digest) return
  const text = ({ id, version, digest }: typeof a.protocol) => `${id}@${version} (${digest.slice(0, 12)})`
  throw gateError('not-comparable', '', {
    expected: `a candidate under the baseline's protocol, ${text(a.protocol)}`,
    found: text(b.protocol),
    then: 'score both under the same protocol',
  })
}

/** What a record says of the seeds of its clips; undefined where it says nothing. */
export function seedsOf({ record: { samples, method } }: ComparedRecord): string | undefined {
  if (samples !== undefined) return samples.names.join(', ')
  const { seed, seeds } = method.config ?? {}
  const said = seed ?? seeds
  return said === undefined ? undefined : JSON.stringify(said)
}

const oneSample = 'one sample a clip'

function requireSameSeeds(baseline: ComparedRecord, candidate: ComparedRecord): void {
  const [a, b] = [seedsOf(baseline), seedsOf(candidate)]
  const several = [baseline, candidate].filter(({ record }) => record.samples !== undefined).length
  if (a === b || (several !== 1 && (a === undefined || b === undefined))) return
  throw gateError('other-seeds', '', {
    expected: `a candidate of the baseline's seeds, ${a ?? oneSample}`,
    found: b ?? oneSample,
    then: 'generate both with the same seeds; --other-seeds compares them all the same, with what the seeds add in every difference',
  })
}
