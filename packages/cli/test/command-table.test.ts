import { join } from 'node:path'
import { Command } from 'commander'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { commandGroups } from '../src/command-groups.ts'
import { commandTable } from '../src/command-table.ts'
import { here } from './here.ts'
import { temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()

/** Every command that does something, with the words that lead to it: a command, or each of its subcommands. */
const leaves = (
  await Promise.all(
    commandTable.map(async ({ name, description, load }) => {
      const command = new Command(name).description(description)
      ;(await load()).define(command, () => {})
      return leavesOf(command, [name])
    }),
  )
).flat()

interface Leaf {
  words: string
  command: Command
}

function leavesOf(command: Command, words: readonly string[]): Leaf[] {
  if (command.commands.length === 0) return [{ words: words.join(' '), command }]
  return command.commands.flatMap((child) => leavesOf(child, [...words, child.name()]))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

beforeAll(() => {
  vi.stubEnv('KINEMETRIC_WEIGHTS', join(cwd, 'weights'))
  vi.stubEnv('XDG_CACHE_HOME', join(cwd, 'cache'))
})

test('help lists each command under one heading', () => {
  const listed = commandGroups.flatMap(({ names }) => names)
  expect(listed.length).toBe(new Set(listed).size)
  expect(commandTable.map(({ name }) => name).filter((name) => !listed.includes(name))).toEqual([])
})

describe.each(leaves)('kinemetric $words', ({ words, command }) => {
  test('--help says what it is for', async () => {
    const { code, stdout, stderr } = await here([...words.split(' '), '--help'], cwd)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: kinemetric ${words}`)
    expect(command.description()).not.toBe('')
    // An example shows the very command.
    expect(stdout).toMatch(new RegExp(`Examples?:\\n[^]*kinemetric ${words}\\b`))
  })

  test('for scripts there is JSON on stdout, or nothing but a refusal on stderr', async () => {
    const { code, stdout, stderr } = await here([...words.split(' '), '--json'], cwd)
    expect(stderr).not.toContain('unknown option')
    // Without what it needs, a command is refused.
    expect({ code, stdout }).toSatisfy(() => (stdout === '' ? code === 2 : isJson(stdout)))
  })
})
