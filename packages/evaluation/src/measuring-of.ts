import type { OpeningOptions } from './evaluate-options.ts'
import { identityDigest } from './journal/journal-identity.ts'
import type { OpenEvaluation } from './open-evaluation.ts'
import type { MeasuringInput } from './run/tasks.ts'

/** What is to be measured of an evaluation, whichever process does it. @param folder results folder of the protocol */
export function measuringOf(
  { references, methods }: OpenEvaluation,
  { previews, unrelated, shard }: Pick<OpeningOptions, 'previews' | 'unrelated' | 'shard'>,
  folder: string,
): MeasuringInput {
  return {
    references,
    methods: methods.map(({ method, generated, measuring }) => ({
      id: method.id,
      generated,
      measurers: measuring.measurers,
      previews: previews === true ? folder : undefined,
    })),
    unrelated,
    shard,
  }
}

/** Of all that an evaluation found: another process that opens the same finds the same. */
export function inputsOf({ references, methods }: OpenEvaluation): string[] {
  return [references.digest, ...methods.map(({ identity }) => identityDigest(identity))]
}
