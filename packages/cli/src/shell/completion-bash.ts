import type { CommandNode, CompletedValue } from './command-node.ts'

/** Names and values in a script are of these alone: nothing in it has to be quoted, and none is run. */
const plain = /^[\w@%+=:,./-]+$/

/**
 * A script that bash sources: what it completes stands in it, so that pressing Tab starts no process. Words behind `=` and lists with commas are completed too.
 * Needs nothing but bash 4 (https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html).
 */
export function bashCompletion(root: CommandNode): string {
  const nodes = flat(root, '')
  return `# bash completion of kinemetric: source it, or put it where your system keeps such files. Made by \`kinemetric completion bash\`.
_kinemetric() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path= word options= commands= values= kind= i
  COMPREPLY=()
  # --option=value is three words to bash.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$path/$word" in
      ${nodes
        .filter(({ path }) => path !== '')
        .map(({ path }) => path)
        .join('|')}) path="$path/$word" ;;
    esac
  done
  case "$path" in
${nodes.map(({ path, node }) => `    ${path === '' ? "''" : path}) options='${words(node.options.map(({ name }) => name))}' commands='${words(node.commands.map(({ name }) => name))}'${argumentOf(node)} ;;`).join('\n')}
  esac
  case "$path:$prev" in
${nodes.flatMap(({ path, node }) => node.options.flatMap(({ name, value }) => (value === undefined ? [] : [`    ${path}:${name}) ${valueWords(value)} options= commands= ;;`]))).join('\n')}
    *) if [[ $cur == -* ]]; then kind=options; fi ;;
  esac
  case "$kind" in
    options) COMPREPLY=($(compgen -W "$options" -- "$cur")) ;;
    path) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
    list)
      local head=
      if [[ $cur == *,* ]]; then head=\${cur%,*},; fi
      COMPREPLY=($(compgen -P "$head" -W "$values" -- "\${cur##*,}")) ;;
    *) COMPREPLY=($(compgen -W "$commands $values" -- "$cur")) ;;
  esac
}
complete -F _kinemetric kinemetric
`
}

interface Placed {
  /** \`/report/build\`; empty for the command itself. */
  path: string
  node: CommandNode
}

function flat(node: CommandNode, path: string): Placed[] {
  return [{ path, node }, ...node.commands.flatMap((child) => flat(child, `${path}/${child.name}`))]
}

function argumentOf({ argument }: CommandNode): string {
  return argument === undefined ? '' : ` ${valueWords(argument)}`
}

function valueWords({ choices, isList }: CompletedValue): string {
  if (choices === undefined) return 'kind=path'
  return `values='${words(choices)}' kind=${isList ? 'list' : 'values'}`
}

function words(names: readonly string[]): string {
  return names.filter((name) => plain.test(name)).join(' ')
}
