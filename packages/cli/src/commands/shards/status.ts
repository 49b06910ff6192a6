import type { ShardState } from '@kinemetric/benchmark'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'
import { durationText } from '../../output/progress.ts'
import type { ShardSet } from './shard-kind.ts'
import { findKinds } from './shard-kinds.ts'

/** `kinemetric status`: what is done of shards. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<folders...>', '`--out` folders of shards')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
A shard is done, running (on which machine, and its last sign of life), stopped (the same command goes on) or missing.
The exit code is 1 while any is not done; where the number of shards was changed half-way and all of the new number are done, the others do not count.`,
    )
    .addHelpText('after', '\nExamples:\n  kinemetric status results/\n  kinemetric status results/ --json')
    .action(async (folders: string[], { json }: { json?: boolean }) => {
      const answer: Record<string, unknown> = { methods: [] }
      const sets: ShardSet[] = []
      for (const { kind, folders: own } of await findKinds(folders)) {
        const ofKind = await (await kind.load()).kind.status(own)
        answer[kind.field] = ofKind.map(({ json: said, shards, concluded, passedOverFor }) => ({
          ...said,
          shards,
          concluded,
          passedOverFor,
        }))
        sets.push(...ofKind)
      }
      if (json) printJson(answer)
      else if (sets.length === 0) print('no shards here')
      else for (const each of sets) print(textOf(each))
      const isDone =
        sets.length > 0 &&
        sets.every(
          ({ shards, passedOverFor }) => passedOverFor !== undefined || shards.every(({ state }) => state === 'done'),
        )
      settle(isDone ? exitCode.done : exitCode.someFailed)
    })
}

function textOf({ title, done, result, shards, concluded, passedOverFor }: ShardSet): string {
  const sum = (of: (shard: ShardState) => number) => shards.reduce((total, shard) => total + of(shard), 0)
  const counts = Map.groupBy(shards, ({ state }) => state)
  const states = [...counts].map(([state, all]) => `${all.length} ${state}`).join(', ')
  const failed = sum((shard) => shard.failed)
  const count = `${sum(({ measured }) => measured)} ${done}${failed > 0 ? `, ${failed} failed` : ''}`
  const head = `${title}: ${states}; ${count}${concluded ? `; ${result} is there` : ''}${passedOverFor === undefined ? '' : `; passed over, all ${passedOverFor} of another number are done`}`
  return [head, ...shards.map((shard) => `  ${lineOf(shard)}`)].join('\n')
}

function lineOf({ shard: { index, count }, state, measured, total, failed, holder }: ShardState): string {
  const share = total === null ? '' : `  ${measured} of ${total}`
  const who =
    holder === null
      ? ''
      : `  process ${holder.pid} on ${holder.host}, last sign of life ${durationText(holder.ageMs / 1000)} ago`
  return `${`${index}/${count}`.padEnd(9)} ${state.padEnd(8)}${share}${failed > 0 ? `, ${failed} failed` : ''}${who}`
}
