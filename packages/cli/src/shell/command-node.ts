import type { Argument, Command, Option } from 'commander'

/** Values that are known by what an option or argument is called. */
export type KnownValues = Readonly<Record<string, readonly string[]>>

/** A value as a shell completes it. */
export interface CompletedValue {
  /** undefined: a path. [] where nothing is known. */
  choices: readonly string[] | undefined
  /** Several, with commas between them. */
  isList: boolean
}

export interface CompletedOption {
  /** `--out` */
  name: string
  description: string
  /** undefined: it takes none. */
  value: CompletedValue | undefined
}

/** A command as a shell completes it. */
export interface CommandNode {
  name: string
  description: string
  options: readonly CompletedOption[]
  /** The first argument's. */
  argument: CompletedValue | undefined
  commands: readonly CommandNode[]
}

/** What a shell has to know of a command and those within it, from commander's own table. @param known values by the name of an option (`metrics`) or argument (`<metric>`) */
export function commandNode(command: Command, known: KnownValues): CommandNode {
  const [argument] = command.registeredArguments
  return {
    name: command.name(),
    description: oneLine(command.description()),
    options: [
      ...command.options.filter(({ hidden }) => !hidden).map((option) => completedOption(option, known)),
      { name: '--help', description: 'display help for command', value: undefined },
    ],
    argument: argument === undefined ? undefined : completedArgument(argument, known),
    commands: command.commands.map((child) => commandNode(child, known)),
  }
}

function completedOption(option: Option, known: KnownValues): CompletedOption {
  const { long, description, required, optional, flags } = option
  const name = long ?? flags
  const takes = required || optional
  return {
    name,
    description: oneLine(description),
    value: takes ? valueOf(option.name(), placeholderOf(flags), option.argChoices, known) : undefined,
  }
}

function completedArgument(argument: Argument, known: KnownValues): CompletedValue {
  return valueOf(argument.name(), argument.name(), argument.argChoices, known)
}

function valueOf(
  name: string,
  placeholder: string,
  choices: readonly string[] | undefined,
  known: KnownValues,
): CompletedValue {
  const isList = placeholder === 'list' || placeholder === 'methods'
  const own = choices ?? (isPath(placeholder) ? undefined : Object.hasOwn(known, name) ? known[name] : [])
  return { choices: own, isList }
}

/** What help calls an option's value: `folder` of `--out <folder>`. */
export function placeholderOf(flags: string): string {
  return /[<[]([^>\]]+)[>\]]$/.exec(flags)?.[1] ?? ''
}

/** Whether what stands for a value in help is a file or a folder. */
export function isPath(placeholder: string): boolean {
  return /^(?:files?|folders?|results|videos?|a|b|word=path|network=file|\[id=\]folder|\[id=|file\|name)$/.test(
    placeholder,
  )
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
