import { boundCache, type CacheContents, cacheContents, defaultCacheFolder } from '@kinemetric/evaluation'
import { countOf } from '@kinemetric/files'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { formatBytes } from '../../output/format-bytes.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'

interface CacheCommandFlags {
  cache?: string
  limit?: number
  json?: boolean
}

/** `kinemetric cache`: how much features and tracks take, and less of them. */
export const define: DefineCommand = (command, settle) => {
  command
    .option('--cache <folder>', 'the cache (default: KINEMETRIC_CACHE, then the user’s cache)')
    .option('--limit <size>', 'take out what was longest unused until no more is left, as 20G; 0 empties it', sizeOf)
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
Examples:
  kinemetric cache
  kinemetric cache --limit 20G

What is taken out is computed again when it is wanted. What was used within the last hour stays: a run may need it.`,
    )
    .action(async (flags: CacheCommandFlags) => {
      const folder = flags.cache ?? defaultCacheFolder()
      if (folder === undefined)
        throw cliError('bad-option', '--cache', { expected: 'a folder', found: 'none, and no user’s cache here' })
      if (flags.limit === undefined) {
        const contents = await cacheContents(folder)
        if (flags.json) printJson(contents)
        else print(textOf(contents))
      } else {
        const { removed, left } = await boundCache(folder, flags.limit)
        if (flags.json) printJson({ removed, left })
        else
          print(
            `taken out: ${countOf(removed.entries, 'entry', 'entries')}, ${formatBytes(removed.bytes)}\n${textOf(left)}`,
          )
      }
      settle(exitCode.done)
    })
}

function textOf({ folder, entries, bytes, oldest }: CacheContents): string {
  const since = oldest === null ? '' : `; longest unused since ${oldest.slice(0, 16).replace('T', ' ')} UTC`
  return `${folder}: ${countOf(entries, 'entry', 'entries')}, ${formatBytes(bytes)}${since}`
}

const units: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 }

/** `20G`, `1.5T`, `0`. @throws KinemetricError `bad-option` */
function sizeOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([KMGT]?)B?$/i.exec(text) ?? []
  if (number === undefined) throw cliError('bad-option', '--limit', { expected: 'a size as 20G', found: text })
  return Math.round(Number(number) * units[unit.toUpperCase()])
}
