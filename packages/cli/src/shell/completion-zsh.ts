import type { CommandNode, CompletedOption, CompletedValue } from './command-node.ts'

/** A script for a folder of zsh's `fpath`, as `_kinemetric` (https://zsh.sourceforge.io/Doc/Release/Completion-System.html). */
export function zshCompletion(root: CommandNode): string {
  return `#compdef kinemetric
# zsh completion of kinemetric. Made by \`kinemetric completion zsh\`.
${functionsOf(root, '_kinemetric').join('\n')}
if [[ $funcstack[1] == _kinemetric ]]; then _kinemetric "$@"; else compdef _kinemetric kinemetric; fi
`
}

function functionsOf(node: CommandNode, name: string): string[] {
  const inner = node.commands.flatMap((child) => functionsOf(child, `${name}_${child.name.replace(/\W/g, '_')}`))
  const options = node.options.map((option) => `    ${optionText(option)} \\`)
  if (node.commands.length === 0) {
    const argument = node.argument === undefined ? '' : `    ${quoted(`*:argument:${actionOf(node.argument)}`)} \\\n`
    return [`${name}() {\n  _arguments -S \\\n${options.join('\n')}\n${argument}    && return 0\n}`]
  }
  const described = node.commands.map(
    (child) => `    ${quoted(`${child.name.replace(/:/g, '\\:')}:${child.description}`)}`,
  )
  const cases = node.commands.map((child) => `      ${child.name}) ${name}_${child.name.replace(/\W/g, '_')} ;;`)
  return [
    ...inner,
    `${name}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  commands=(
${described.join('\n')}
  )
  _arguments -C -S \\
${options.join('\n')}
    '1: :->command' \\
    '*:: :->rest' && return 0
  case $state in
    command) _describe -t commands command commands ;;
    rest) case $line[1] in
${cases.join('\n')}
    esac ;;
  esac
}`,
  ]
}

function optionText({ name, description, value }: CompletedOption): string {
  const said = description.replace(/[[\]:\\]/g, '\\$&')
  return quoted(value === undefined ? `${name}[${said}]` : `${name}=[${said}]:value:${actionOf(value)}`)
}

function actionOf({ choices, isList }: CompletedValue): string {
  if (choices === undefined) return '_files'
  const words = choices.map((choice) => choice.replace(/[\s():\\]/g, '\\$&')).join(' ')
  if (choices.length === 0) return ' '
  return isList ? `_values -s , value ${words.replace(/[[\]]/g, '\\$&')}` : `(${words})`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
