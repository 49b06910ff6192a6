import { onNotice } from '@kinemetric/files'
import { Command, CommanderError } from 'commander'
import { commandGroups, headingOf } from './command-groups.ts'
import { type CommandEntry, commandTable } from './command-table.ts'
import { describeError } from './output/describe-error.ts'
import { exitCode, exitCodeOf, type Outcome } from './output/exit-code.ts'
import { version } from './output/version.ts'
import { print, printed, tell, tellAs } from './output/print.ts'
import { findConfig } from './shell/config-file.ts'
import { commandOf } from './shell/every-command.ts'
import { commandWords, firstWords } from './shell/first-words.ts'
import { welcome } from './shell/welcome.ts'

// For whoever owns the process, which a caller of `main` may not.
export { collectByAllMemory } from '@kinemetric/files'

/**
 * Parses a command line (without node and script) and runs it.
 * @returns the exit code: 0 done, 1 some clips failed, 2 bad input or configuration, 3 weights missing; `gate` alone: 10, 11, 12
 */
export async function main(argv: readonly string[]): Promise<Outcome> {
  const { config, rest } = firstWords(argv)
  const program = new Command('kinemetric')
    .description('Score video generators: image quality, motion and distribution, with signatures and intervals.')
    .version(version())
    .option('--config <file>', 'file of settings, before the command (default: kinemetric.json here or above)')
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
Exit codes: 0 done; 1 done, but some clips failed (the record lists them); 2 bad input or configuration;
3 weights missing (the message says which, how large, under which licence, and the command that gets them); gate has more of its own.

Weights are looked for in the folders of KINEMETRIC_WEIGHTS, then in the user's cache folder. Colours: on terminals; NO_COLOR and FORCE_COLOR decide.

Examples:
  kinemetric score --reference refs/ --generated gens/ --metrics psnr,ssim
  kinemetric report serve results/`,
    )
  let outcome: Outcome = exitCode.done
  const settle = (code: Outcome) => {
    outcome = code
  }
  let options: string[] = []
  tellAs({ asJson: wordOf('--progress', rest) === 'json', shard: wordOf('--shard', rest) })
  onNotice((text) => tell(text, 'note'))
  program.hook('preAction', (_, asked) => {
    options = asked.options.flatMap(({ long }) => long ?? [])
  })
  try {
    for (const entry of commandsByGroup()) {
      const command = new Command(entry.name).description(entry.description).helpGroup(headingOf(entry.name))
      if (isAsked(entry, rest)) (await entry.load()).define(command, settle)
      program.addCommand(command)
    }
    takeOver(program, 'kinemetric')
    // A script whose variable is empty has to stop here.
    if (rest.length === 0) tell(welcome(version()))
    if (rest.length === 0) return exitCode.badInput
    await takeSettings(program, config, rest)
    program.setOptionValue('config', config)
    await program.parseAsync([...rest], { from: 'user' })
    await printed()
    return outcome
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.badInput
    tell(describeError(error, options), 'error')
    return exitCodeOf(error)
  } finally {
    onNotice(undefined)
    tellAs({ asJson: false })
  }
}

/** Gives the command that is asked for what a file of settings has for it, and says so: what it does then is not all on its command line. */
async function takeSettings(program: Command, config: string | undefined, argv: readonly string[]): Promise<void> {
  const name = commandWords(argv, (first) => commandOf(program, first)?.commands.map((child) => child.name()) ?? [])
  const command = name === undefined ? undefined : commandOf(program, name)
  const isOfAll = commandTable.some((entry) => entry.name === name && entry.ofAll === true)
  if (name === undefined || command === undefined || isOfAll || argv.includes('--help') || argv.includes('-h')) return
  const file = await findConfig(
    config,
    commandTable.map((entry) => entry.name),
  )
  if (file === undefined) return
  const { applyConfig } = await import('./shell/apply-config.ts')
  const holding = applyConfig(command, name, file, argv).filter(({ instead }) => instead === undefined)
  if (holding.length > 0) tell(`${file.path}: ${holding.map(({ option }) => option).join(' ')}`, 'note')
}

/** What a command line says behind an option, before it is parsed: what is wrong with it is said as was asked, too. */
function wordOf(option: string, argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const words = end < 0 ? argv : argv.slice(0, end)
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`))
  if (at < 0) return undefined
  return words[at] === option ? words[at + 1] : words[at].slice(option.length + 1)
}

/** As help lists them: a heading stands where the first of its commands does. */
function commandsByGroup(): CommandEntry[] {
  const order = commandGroups.map(({ title }) => `${title}:`)
  const place = ({ name }: CommandEntry) => order.indexOf(headingOf(name)) + 1 || order.length + 1
  return commandTable.toSorted((a, b) => place(a) - place(b))
}

/** Only the command that is asked for is loaded: the networks and the site's builder take their time to start. */
function isAsked({ name }: CommandEntry, argv: readonly string[]): boolean {
  const first = argv.find((word) => !word.startsWith('-'))
  const isOfAll = commandTable.some((entry) => entry.name === first && entry.ofAll === true)
  return isOfAll || name === first || (first === 'help' && argv.includes(name))
}

/** Commander would end the process itself, with code 1, on a bad option, and write by itself: here it throws and 2 is returned, and it writes as we do. */
function takeOver(command: Command, words: string): void {
  command.showHelpAfterError(`(see: ${words} --help)`)
  command.exitOverride().configureOutput({ writeOut: (text) => print(text), writeErr: tellOfParser })
  for (const child of command.commands) takeOver(child, `${words} ${child.name()}`)
}

function tellOfParser(text: string): void {
  const [, said] = /^error: (.*)$/s.exec(text) ?? []
  if (said === undefined) tell(text)
  else tell(said, 'error')
}
