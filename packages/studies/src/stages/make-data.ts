import { rm } from 'node:fs/promises'
import { canonicalJson, hashBytes, isThere } from '@kinemetric/files'
import { makePhysicsBenchmark } from '@kinemetric/physics'
import { begin, clipTeller, type StageContext, stageKey } from './stage-context.ts'

/** Makes the scenes of a benchmark that has scenes of our own. Those of another number or seed that this study made before are removed. */
export async function makeData(context: StageContext): Promise<void> {
  const { study, places, state, how } = context
  const { make } = study.data
  if (make === undefined) return
  const key = stageKey('make')
  const inputs = hashBytes(canonicalJson(make))
  const isDone = await hasScenes(context)
  begin(context, 'make', 'scenes', isDone)
  if (isDone) return
  await rm(places.data, { recursive: true, force: true })
  const clips = clipTeller(context, key, 'make', 'scenes')
  await makePhysicsBenchmark(places.data, {
    clips: make.clips,
    seed: make.seed,
    onProgress: (done, total) => {
      how.signal?.throwIfAborted()
      clips.tell({ done, total, clip: '', failed: 0 })
    },
  })
  await clips.note(make.clips)
  await state.note(key, inputs)
}

/** Whether all scenes are there that this study makes. */
export async function hasScenes({ study, places, state }: StageContext): Promise<boolean> {
  const { make } = study.data
  if (make === undefined) return true
  return state.isDone(stageKey('make'), hashBytes(canonicalJson(make))) && (await isThere(places.data))
}
