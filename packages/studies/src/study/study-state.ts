import { canonicalJson, isError, readJson, writeWhole } from '@kinemetric/files'
import { z } from 'zod'
import { studyError } from '../benchmark/study-error.ts'

const stateSchema = z.strictObject({
  schema: z.literal('kinemetric/study-state@1'),
  benchmark: z.string(),
  variant: z.string().nullable(),
  /** Of each stage that is done, by its name: the digest of what it was made of. */
  done: z.record(z.string(), z.string()),
})

/** What was done in a study's folder, and of which inputs. Stages resume by themselves; this says which need not begin. */
export interface StudyState {
  isDone(stage: string, inputs: string): boolean
  /** The same, by what others have noted meanwhile. */
  isDoneNow(stage: string, inputs: string): Promise<boolean>
  note(stage: string, inputs: string): Promise<void>
}

/**
 * @param path of the state; a folder without one is a new study's
 * @throws KinemetricError `other-study` where another benchmark's lies there
 */
export async function openState(path: string, benchmark: string, variant: string | undefined): Promise<StudyState> {
  const found = await readJson(path, stateSchema).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return undefined
    throw error
  })
  if (found !== undefined && (found.benchmark !== benchmark || found.variant !== (variant ?? null)))
    throw studyError('other-study', path, {
      expected: `the study of ${nameOf(benchmark, variant)}`,
      found: nameOf(found.benchmark, found.variant ?? undefined),
      then: 'choose another folder with --out',
    })
  let done = { ...found?.done }
  const isDone = (stage: string, inputs: string) => Object.hasOwn(done, stage) && done[stage] === inputs
  /** Parts of a study note what they merge, each from a process of its own. */
  const lookAgain = async () => {
    done = { ...done, ...(await readJson(path, stateSchema).catch(() => undefined))?.done }
  }
  return {
    isDone,
    isDoneNow: async (stage, inputs) => {
      await lookAgain()
      return isDone(stage, inputs)
    },
    note: async (stage, inputs) => {
      await lookAgain()
      done[stage] = inputs
      await writeWhole(
        path,
        canonicalJson({ schema: 'kinemetric/study-state@1', benchmark, variant: variant ?? null, done }),
      )
    },
  }
}

function nameOf(benchmark: string, variant: string | undefined): string {
  return variant === undefined ? benchmark : `${benchmark} with ${variant}`
}
