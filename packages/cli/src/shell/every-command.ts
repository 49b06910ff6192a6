import type { Command } from 'commander'

/** The command of that name, with those above it: `report build`. */
export function commandOf(program: Command, name: string): Command | undefined {
  return name
    .split(' ')
    .reduce<Command | undefined>((at, word) => at?.commands.find((child) => child.name() === word), program)
}

/** Names of all commands and those within them. */
export function everyCommand(program: Command, before = ''): string[] {
  return program.commands.flatMap((child) => [
    `${before}${child.name()}`,
    ...everyCommand(child, `${before}${child.name()} `),
  ])
}
