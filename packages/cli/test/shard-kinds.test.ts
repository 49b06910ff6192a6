import { Command } from 'commander'
import { expect, test } from 'vitest'
import { commandTable } from '../src/command-table.ts'
import { shardKinds, shardedCommands } from '../src/commands/shards/shard-kinds.ts'

test('every command that takes --shard is of a kind that can be merged, and no other', async () => {
  const taking: string[] = []
  for (const { name, load } of commandTable) {
    const command = new Command(name)
    ;(await load()).define(command, () => {})
    if (command.options.some(({ long }) => long === '--shard')) taking.push(name)
  }
  expect(shardedCommands.toSorted()).toEqual(taking.toSorted())
})

test('no two kinds are one, and each opens', async () => {
  for (const of of ['schema', 'field'] as const)
    expect(new Set(shardKinds.map((each) => each[of])).size).toBe(shardKinds.length)
  expect(new Set(shardedCommands).size).toBe(shardedCommands.length)
  for (const { load } of shardKinds)
    expect((await load()).kind).toMatchObject({ status: expect.any(Function), planMerge: expect.any(Function) })
})
