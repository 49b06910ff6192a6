import { listMethods } from '@kinemetric/runners'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'

/** `kinemetric methods list`: every method that has a method.json here. */
export const defineList: DefineCommand = (command, settle) => {
  command
    .description('List the methods that can be run by name')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  kinemetric methods list')
    .action(async (flags: { json?: boolean }) => {
      const methods = await listMethods()
      if (flags.json) printJson(methods.map(({ spec }) => spec))
      else
        for (const { spec } of methods) {
          const status = spec.implementationStatus === 'working' ? '' : ` [${spec.implementationStatus}]`
          print(`${spec.id.padEnd(24)} ${spec.displayName}${status}${spec.trivial ? ' (trivial)' : ''}`)
          if (spec.summary !== undefined) print(`${' '.repeat(25)}${spec.summary}`)
        }
      settle(exitCode.done)
    })
}
