import { readManifest } from '@kinemetric/benchmark'
import { runMethod as run, type RunOptions, type RunResult } from '@kinemetric/runners'
import type { Study, StudyMethod } from '../study/study.ts'
import type { StudyHow } from '../study/study-options.ts'
import { begin, clipTeller, type StageContext, stageKey, warner } from './stage-context.ts'

/** What a run of a method is asked, besides its clips and its place. */
export function runAsk(
  { ask }: Study,
  { method, settings, preset, samples, device }: StudyMethod,
  how: StudyHow,
): Omit<RunOptions, 'manifest' | 'out'> {
  const words = Object.keys(method.spec.checkpoints)
  const checkpoints = Object.fromEntries(Object.entries(ask.checkpoints ?? {}).filter(([word]) => words.includes(word)))
  const isNative = words.length > 0
  return {
    method,
    config: settings,
    preset,
    samples,
    device,
    jobs: isNative || method.native === undefined ? undefined : how.jobs,
    native: isNative
      ? { checkpoints, unverified: ask.unverified ?? false, threads: ask.threads, lowMemory: how.lowMemory ?? false }
      : undefined,
    searchPath: ask.weightFolders,
    machine: how.machine,
  }
}

/** A method over the clips of a protocol. Samples that are there are kept. @returns what could not be made */
export async function runMethod(
  context: StageContext,
  protocol: string,
  row: StudyMethod,
): Promise<RunResult['failures']> {
  const { study, how, places } = context
  const of = `${row.id} (${protocol})`
  begin(context, 'run', of, false)
  const clips = clipTeller(context, stageKey('run', protocol, row.id), 'run', of)
  const { failures } = await run({
    ...runAsk(study, row, how),
    manifest: await readManifest(places.manifest(protocol)),
    out: places.generated(protocol, row.id),
    takeLock: how.takeLock,
    signal: how.signal,
    onWarning: warner(context),
    onProgress: ({ done, total, clip, failed, step }) => {
      const note = step === undefined ? clip : `${clip}: step ${step.done} of ${step.total}`
      clips.tell({ done, total, clip: note, failed })
    },
  })
  await clips.note()
  return failures
}
