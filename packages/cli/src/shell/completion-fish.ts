import type { CommandNode, CompletedValue } from './command-node.ts'

/** A script for fish's folder of completions (https://fishshell.com/docs/current/completions.html). */
export function fishCompletion(root: CommandNode): string {
  return `# fish completion of kinemetric. Made by \`kinemetric completion fish\`.
function __kinemetric_at
    set -l words (commandline -opc)[2..-1]
    set -l path
    for word in $words
        switch "$path/$word"
            case ${pathsOf(root, '').join(' ')}
                set path "$path/$word"
        end
    end
    test "$path" = "$argv[1]"
end
complete -c kinemetric -f
${linesOf(root, '').join('\n')}
`
}

function pathsOf(node: CommandNode, path: string): string[] {
  return node.commands.flatMap((child) => [`${path}/${child.name}`, ...pathsOf(child, `${path}/${child.name}`)])
}

function linesOf(node: CommandNode, path: string): string[] {
  const at = `complete -c kinemetric -n ${quoted(`__kinemetric_at "${path}"`)}`
  return [
    ...node.commands.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
    ...(node.argument === undefined ? [] : [`${at} ${valueText(node.argument, '-F')}`]),
    ...node.options.map(({ name, description, value }) => {
      const takes = value === undefined ? '' : ` -r ${valueText(value, '-F')}`
      return `${at} -l ${name.replace(/^--/, '')}${takes} -d ${quoted(description)}`
    }),
    ...node.commands.flatMap((child) => linesOf(child, `${path}/${child.name}`)),
  ].map((line) => line.replace(/ {2,}/g, ' '))
}

function valueText({ choices, isList }: CompletedValue, files: string): string {
  if (choices === undefined) return files
  if (choices.length === 0) return '-f'
  const words = quoted(choices.join(' '))
  return isList ? `-f -a ${quoted(`(__fish_append , ${choices.join(' ')})`)}` : `-f -a ${words}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
