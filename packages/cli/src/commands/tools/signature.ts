import { parseSignature } from '@kinemetric/metrics'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'

/** `kinemetric signature`: what a signature says, a line a setting. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<signature>', 'as it stands in a record')
    .option('--json', 'print JSON')
    .action((text: string, flags: { json?: boolean }) => {
      const parts = parseSignature(text)
      if (flags.json) printJson(parts)
      else for (const [name, value] of Object.entries(parts)) console.log(`${name}: ${value}`)
      settle(exitCode.done)
    })
}
