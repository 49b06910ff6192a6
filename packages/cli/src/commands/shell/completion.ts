import { Argument } from 'commander'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'
import { commandNode } from '../../shell/command-node.ts'
import { bashCompletion } from '../../shell/completion-bash.ts'
import { fishCompletion } from '../../shell/completion-fish.ts'
import { zshCompletion } from '../../shell/completion-zsh.ts'
import { knownValues } from '../../shell/known-values.ts'

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }
type Shell = keyof typeof scripts

/** `kinemetric completion <shell>`: a script by which the shell completes commands, options and their values. */
export const define: DefineCommand = (command, settle) => {
  command
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .option('--json', 'print what the script is made of: every command with its options and values')
    .addHelpText(
      'after',
      `
Examples:
  bash:  kinemetric completion bash > ~/.local/share/bash-completion/completions/kinemetric
  zsh:   kinemetric completion zsh > ~/.zsh/completions/_kinemetric    (a folder of your fpath)
  fish:  kinemetric completion fish > ~/.config/fish/completions/kinemetric.fish

The script is of this version: print it again after an update.`,
    )
    .action(async (shell: Shell, flags: { json?: boolean }) => {
      const program = command.parent
      if (program === null) throw cliError('bad-option', 'completion', 'is a command of kinemetric')
      const node = commandNode(program, await knownValues())
      if (flags.json) printJson(node)
      else print(scripts[shell](node))
      settle(exitCode.done)
    })
}
