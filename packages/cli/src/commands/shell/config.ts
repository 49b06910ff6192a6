import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { print, printColumns } from '../../output/print.ts'
import { printJson } from '../../output/print-json.ts'
import { applyConfig } from '../../shell/apply-config.ts'
import { configName, findConfig } from '../../shell/config-file.ts'
import { commandOf, everyCommand } from '../../shell/every-command.ts'
import { cliError } from '../../output/cli-error.ts'
import { nearestName } from '../../shell/nearest-name.ts'

/** Variables that commands look at. Of those that may hold a password only whether they are set is told. */
const variables = [
  'KINEMETRIC_CONFIG',
  'KINEMETRIC_CACHE',
  'KINEMETRIC_WEIGHTS',
  'KINEMETRIC_RUNTIME',
  'KINEMETRIC_STATISTICS',
  'KINEMETRIC_THREADS',
  'XDG_CACHE_HOME',
  'NO_COLOR',
  'FORCE_COLOR',
] as const
const secret = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'] as const

/** `kinemetric config`: which settings hold, and from where. */
export const define: DefineCommand = (command, settle) => {
  command
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
A file ${configName} says what you always pass: options of commands, by their names without dashes. It is looked for in the working folder and above, up to the root of
its repository or your home; \`kinemetric --config <file> …\` and KINEMETRIC_CONFIG name another (empty: none). A command line goes before the environment,
the environment before the file. Paths are from the file's folder. What decides something each time (--overwrite, --unverified, …) is refused in it.

Example of a file:
  { "score": { "provider": "cuda", "tracker": "lucas-kanade", "cache": "../features" },
    "report build": { "title": "Our evaluation", "claims": false } }

Example:
  kinemetric config`,
    )
    .action(async (flags: { json?: boolean }) => {
      const program = command.parent
      const named: unknown = program?.opts().config
      const known = program?.commands.map((each) => each.name()) ?? []
      const file = await findConfig(typeof named === 'string' ? named : undefined, known)
      const settings = [...(file?.commands.keys() ?? [])].flatMap((name) => {
        const of = program === null || file === undefined ? undefined : commandOf(program, name)
        if (of === undefined || file === undefined)
          throw cliError('bad-config', `${file?.path}: ${name}`, {
            expected: 'a command of kinemetric',
            found: 'none of that name',
            then: nearestName(name, program === null ? [] : everyCommand(program)),
          })
        return applyConfig(of, name, file, []).map((setting) => ({ command: name, ...setting }))
      })
      const environment = [
        ...variables.map((name) => ({ name, value: process.env[name] })),
        ...secret
          .flatMap((name) => [name, name.toLowerCase()])
          .map((name) => ({ name, value: process.env[name] && 'set' })),
      ].filter(({ value }) => value !== undefined && value !== '')
      if (flags.json)
        printJson({
          file: file?.path ?? null,
          settings: settings.map(({ instead, ...each }) => ({
            ...each,
            holds: instead === undefined,
            instead: instead ?? null,
          })),
          environment,
        })
      else {
        print(file?.path ?? `no ${configName} here or above (kinemetric config --help shows one)`)
        const rows = settings.map(({ command: name, option, instead }) => [
          `  ${name}`,
          option,
          instead === undefined ? '' : `does not hold: ${instead} says otherwise`,
        ])
        if (rows.length > 0) printColumns(rows)
        if (environment.length > 0) print('environment')
        for (const { name, value } of environment) print(`  ${name}=${value}`)
      }
      settle(exitCode.done)
    })
}
