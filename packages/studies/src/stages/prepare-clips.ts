import { prepare } from '@kinemetric/benchmark'
import type { ClipFailure } from '@kinemetric/records'
import type { StudyProtocol } from '../study/study.ts'
import { begin, clipTeller, type StageContext, stageKey, warner } from './stage-context.ts'

/** The clips of a protocol, cut. What is there and fits is kept. @returns those that could not be cut */
export async function prepareClips(context: StageContext, { id, prepared }: StudyProtocol): Promise<ClipFailure[]> {
  const { study, how, places } = context
  const out = places.prepared(id)
  begin(context, 'prepare', id, false)
  const clips = clipTeller(context, stageKey('prepare', id), 'prepare', id)
  let failed = 0
  let drawer: Awaited<ReturnType<NonNullable<typeof how.drawMasks>>> | undefined
  const { drawMasks } = how
  const { masks } = study.data
  try {
    const {
      clips: count,
      kept,
      failures,
      notes,
    } = await prepare({
      adapter: study.data.adapter,
      dataset: study.data.folder,
      options: study.data.options,
      protocol: prepared,
      out,
      cache: places.cache,
      jobs: how.jobs,
      takeLock: how.takeLock,
      signal: how.signal,
      ...(drawMasks === undefined || masks === undefined
        ? {}
        : { drawMasks: async () => (drawer = await drawMasks(out, masks)) }),
      onWarning: warner(context),
      onProgress: ({ done, total, clip, failure }) => {
        if (failure !== undefined) failed++
        clips.tell({ done, total, clip, failed })
      },
    })
    for (const note of notes) how.onProgress?.({ kind: 'note', message: note })
    await clips.note(count - kept)
    return failures
  } finally {
    await drawer?.close()
  }
}
