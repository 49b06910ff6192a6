/** A command of a `console` block: its words, the file that takes what it prints, and the lines shown below it. */
export interface ShownCommand {
  readonly words: readonly string[]
  readonly into: string | undefined
  readonly shown: readonly string[]
}

/**
 * The commands of a document's `console` blocks, in their order. A command stands behind `$ `, goes on where a line ends in `\`, and is `npx kinemetric` or
 * `uvx kinemetric` with its words; what it prints stands below it. A line `…` stands for any lines.
 *
 * @throws Error at a command that is none of kinemetric's
 */
export function consoleCommands(markdown: string): ShownCommand[] {
  const blocks = [...markdown.matchAll(/^```console\n([\s\S]*?)^```/gm)].map(([, block]) => block)
  return blocks.flatMap((block) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split(/^\$ /m)
      .slice(1)
      .map(shownCommand),
  )
}

function shownCommand(text: string): ShownCommand {
  const [line, ...shown] = text.trimEnd().split('\n')
  const command = /^(?:npx|uvx) kinemetric (.*)$/.exec(line.replace(/\s+#\s.*$/, ''))
  if (command === null) throw new Error(`a console block can only run kinemetric: ${line}`)
  // A word, or several in quotes; what stands behind a `>` of its own is the file.
  const words = [...command[1].matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => ({
    text: quoted ?? word,
    isBare: quoted === undefined,
  }))
  const at = words.findIndex(({ text: word, isBare }) => isBare && word === '>')
  const own = at < 0 ? words : words.slice(0, at)
  return {
    words: own.map(({ text: word }) => word),
    into: at < 0 ? undefined : words[at + 1]?.text,
    shown: shown.map((each) => each.trimEnd()),
  }
}

/** The document with what its commands print now in the place of what it showed, but where it shows parts (`…`) or nothing. */
export function withPrinted(markdown: string, printed: readonly string[]): string {
  let index = 0
  return markdown.replaceAll(/^```console\n([\s\S]*?)^```/gm, (block) =>
    block.replaceAll(/^\$ (?:.*\\\n)*.*\n((?:(?!\$ |```).*\n)*)/gm, (command: string, shown: string) => {
      const text = printed[index++]
      const isWhole = shown !== '' && !/^…$/m.test(shown)
      return isWhole ? `${command.slice(0, command.length - shown.length)}${text}\n` : command
    }),
  )
}

/** The first line that was shown and not printed in its place, or undefined where all of them were. */
export function unlikePrinted(shown: readonly string[], printed: string): string | undefined {
  const lines = printed.split('\n').map((line) => line.trimEnd())
  let at = 0
  let anywhere = false
  for (const line of shown) {
    if (line === '…') {
      anywhere = true
      continue
    }
    const found = anywhere ? lines.indexOf(line, at) : at
    if (found === -1 || lines[found] !== line) return line
    at = found + 1
    anywhere = false
  }
  const rest = anywhere ? [] : lines.slice(at).filter((line) => line !== '')
  return rest.length === 0 ? undefined : `(left out) ${rest[0]}`
}
