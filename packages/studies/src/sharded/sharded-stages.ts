import { join } from 'node:path'
import { planPreparationMerge, preparationsStatus, prepareShard, readManifest } from '@kinemetric/benchmark'
import { measureShard, planMerge, shardsStatus } from '@kinemetric/evaluation'
import { isThere, readJson } from '@kinemetric/files'
import { recordPaths } from '@kinemetric/records'
import { planRunMerge, runMethod, runShardsStatus } from '@kinemetric/runners'
import { z } from 'zod'
import { prepareAsk } from '../stages/prepare-clips.ts'
import { runAsk } from '../stages/run-method.ts'
import { scoreAsk, scoreInputs } from '../stages/score-methods.ts'
import { begin, type StageContext, stageKey, warner } from '../stages/stage-context.ts'
import type { StudyMethod, StudyProtocol } from '../study/study.ts'
import type { ShardedStage } from './sharded-stage.ts'

export function shardedPreparation(context: StageContext, protocol: StudyProtocol): ShardedStage {
  const { how, places } = context
  const out = places.prepared(protocol.id)
  return {
    title: `preparing ${protocol.id}`,
    isConcluded: () => isThere(places.manifest(protocol.id)),
    async doShard() {
      begin(context, 'prepare', protocol.id, false)
      const { options, close } = prepareAsk(context, protocol)
      await prepareShard({ ...options, shard: how.shard! }).finally(close)
    },
    states: async () => (await preparationsStatus([out])).flatMap(({ shards }) => shards),
    async merge() {
      await (
        await planPreparationMerge({ folders: [out], takeLock: how.takeLock, onWarning: warner(context) })
      )()
    },
  }
}

const finishedSchema = z.looseObject({ finished: z.string() })

export function shardedRun(context: StageContext, { id }: StudyProtocol, row: StudyMethod): ShardedStage {
  const { study, how, places } = context
  const out = places.generated(id, row.id)
  const of = `${row.id} (${id})`
  return {
    title: `running ${of}`,
    // A run that is at work has a run.json without an end.
    isConcluded: async () =>
      (await readJson(join(out, 'run.json'), finishedSchema).catch(() => undefined)) !== undefined,
    async doShard() {
      begin(context, 'run', of, false)
      await runMethod({
        ...runAsk(study, row, how),
        manifest: await readManifest(places.manifest(id)),
        out,
        shard: how.shard,
        takeLock: how.takeLock,
        signal: how.signal,
        onWarning: warner(context),
      })
    },
    states: async () => (await runShardsStatus([out])).flatMap(({ shards }) => shards),
    async merge() {
      await (
        await planRunMerge({ folders: [out], takeLock: how.takeLock, onWarning: warner(context) })
      )()
    },
  }
}

export function shardedScore(
  context: StageContext,
  protocol: StudyProtocol,
  rows: readonly StudyMethod[],
): ShardedStage {
  const { study, how, places, state } = context
  const { id } = protocol
  const parts = join(study.ask.out, 'parts')
  const asked = { protocol, metrics: study.benchmark.metrics, out: places.results }
  const inputsOf = (row: StudyMethod) => scoreInputs(context, asked, row)
  return {
    title: `scoring ${id}`,
    async isConcluded() {
      for (const row of rows) {
        const isNoted = await state.isDoneNow(stageKey('score', id, row.id), await inputsOf(row))
        if (!isNoted || !(await isThere(recordPaths(places.results, id, row.id).record))) return false
      }
      return true
    },
    async doShard() {
      begin(context, 'score', id, false)
      if (study.benchmark.data.previews)
        how.onProgress?.({ kind: 'note', message: 'no small videos are made of clips that are scored in shards' })
      await measureShard({
        ...scoreAsk(study, { ...asked, out: parts }),
        reference: { manifest: places.manifest(id) },
        methods: rows.map((row) => ({
          generated: places.generated(id, row.id),
          method: { id: row.id, name: row.name },
        })),
        // Whoever concludes would make them, and has no videos then.
        previews: false,
        shard: how.shard!,
        jobs: how.jobs,
        takeLock: how.takeLock,
        signal: how.signal,
        onProgress: (event) => {
          if (event.kind === 'warning') warner(context)(event.message)
        },
      })
    },
    async states() {
      const all = (await shardsStatus([join(parts, id)])).map(({ shards }) => shards)
      // A part is done where it is for every method.
      return (all[0] ?? []).filter((_, at) => all.every((shards) => shards[at]?.state === 'done'))
    },
    async merge() {
      const conclude = await planMerge({
        folders: [join(parts, id)],
        out: places.results,
        overwrite: true,
        takeLock: how.takeLock,
      })
      await conclude()
      for (const row of rows) await state.note(stageKey('score', id, row.id), await inputsOf(row))
    },
  }
}
