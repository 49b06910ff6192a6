import { prepare, type PrepareOptions } from '@kinemetric/benchmark'
import type { ClipFailure } from '@kinemetric/records'
import type { StudyProtocol } from '../study/study.ts'
import { begin, clipTeller, type StageContext, stageKey, warner } from './stage-context.ts'

/** What a preparation is asked, and what closes the network that it opened. */
export function prepareAsk(
  context: StageContext,
  { id, prepared }: StudyProtocol,
): { options: PrepareOptions; close: () => Promise<void> } {
  const { study, how, places } = context
  const { drawMasks } = how
  const { adapter, folder, options, masks } = study.data
  const out = places.prepared(id)
  let drawer: Awaited<ReturnType<NonNullable<typeof drawMasks>>> | undefined
  return {
    options: {
      adapter,
      dataset: folder,
      options,
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
    },
    close: async () => drawer?.close(),
  }
}

/** The clips of a protocol, cut. What is there and fits is kept. @returns those that could not be cut */
export async function prepareClips(context: StageContext, protocol: StudyProtocol): Promise<ClipFailure[]> {
  const { id } = protocol
  const { how } = context
  begin(context, 'prepare', id, false)
  const clips = clipTeller(context, stageKey('prepare', id), 'prepare', id)
  let failed = 0
  const { options, close } = prepareAsk(context, protocol)
  try {
    const {
      clips: count,
      kept,
      failures,
      notes,
    } = await prepare({
      ...options,
      onProgress: ({ done, total, clip, failure }) => {
        if (failure !== undefined) failed++
        clips.tell({ done, total, clip, failed })
      },
    })
    for (const note of notes) how.onProgress?.({ kind: 'note', message: note })
    await clips.note(count - kept)
    return failures
  } finally {
    await close()
  }
}
