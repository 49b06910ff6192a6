import type { UnrelatedCondition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'
import { plainGenerator } from '../generator/plain-generator.ts'

/** A perfect video of something else: the reference of another clip. What it scores is the data set's own level of chance. A probe, no generator. */
export const openUnrelatedReference: OpenGenerator<UnrelatedCondition> = async () =>
  plainGenerator(({ unrelated }: UnrelatedCondition) => unrelated())
