import { commandGroups, headingOf } from '../../packages/cli/src/command-groups.ts'
import { commandTable } from '../../packages/cli/src/command-table.ts'
import { Command } from 'commander'
import type { CommandPage, CommandUse } from '../../packages/report/site/src/docs/docs-model.ts'

/** A page for every command, with all that its `--help` says, in the order of their headings there. */
export async function commandPages(): Promise<CommandPage[]> {
  const program = new Command('kinemetric')
  const pages: CommandPage[] = []
  for (const { name, description, load } of commandTable) {
    const command = new Command(name).description(description)
    program.addCommand(command)
    ;(await load()).define(command, () => undefined)
    const uses = usesOf(command, `kinemetric ${name}`, '')
    pages.push({ path: `commands/${name}.html`, name, heading: headingOf(name), description, uses })
  }
  const order = commandGroups.flatMap(({ names }) => names)
  return pages.toSorted((one, two) => order.indexOf(one.name) - order.indexOf(two.name))
}

function usesOf(command: Command, name: string, id: string): CommandUse[] {
  const below = command.commands.flatMap((child) => {
    const childId = id === '' ? child.name() : `${id}-${child.name()}`
    return usesOf(child, `${name} ${child.name()}`, childId)
  })
  return [useOf(command, name, id), ...below]
}

function useOf(command: Command, name: string, id: string): CommandUse {
  const helper = command.createHelp()
  const takes = [
    {
      title: 'Arguments',
      rows: helper
        .visibleArguments(command)
        .map((each) => ({ term: helper.argumentTerm(each), description: helper.argumentDescription(each) })),
    },
    {
      title: 'Options',
      rows: helper
        .visibleOptions(command)
        .filter(({ long }) => long !== '--help')
        .map((each) => ({ term: helper.optionTerm(each), description: helper.optionDescription(each) })),
    },
    {
      title: 'Commands',
      rows: helper
        .visibleCommands(command)
        .filter((each) => each.name() !== 'help')
        .map((each) => ({
          term: helper.subcommandTerm(each),
          description: helper.subcommandDescription(each),
        })),
    },
  ]
  return {
    id,
    name,
    description: command.description(),
    usage: helper.commandUsage(command),
    takes: takes.filter(({ rows }) => rows.length > 0),
    after: afterText(command),
  }
}

/** What stands below the options: indented lines are examples, others prose, whose lines are as long as their author made them. */
function afterText(command: Command): CommandUse['after'] {
  let said = ''
  command.configureOutput({ writeOut: (text) => (said += text) })
  command.outputHelp()
  const parts: { text: string; isCode: boolean }[] = []
  for (const block of said.slice(command.helpInformation().length).split(/\n\s*\n/)) {
    let open: { text: string; isCode: boolean } | undefined
    for (const line of block.split('\n').filter((each) => each.trim() !== '')) {
      const isCode = line.startsWith('  ')
      if (open?.isCode === isCode) open.text += isCode ? `\n${line.slice(2)}` : ` ${line}`
      else parts.push((open = { text: isCode ? line.slice(2) : line, isCode }))
    }
  }
  return parts
}
