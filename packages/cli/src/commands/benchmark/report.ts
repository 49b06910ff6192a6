import { InvalidArgumentError } from 'commander'
import { keepYoungGenerationSmall } from '@kinemetric/files'
import { GoingRuns } from '@kinemetric/evaluation'
import { buildSite, type MediaPolicy, serveSite } from '@kinemetric/report'
import { siteKnowledge } from '../../options/benchmark/site-knowledge.ts'
import { claimsFolder } from '../../options/claims-folder.ts'
import { comparedResults } from '../../options/compared-results.ts'
import { listOption } from '../../options/list-option.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { print, tell, warn } from '../../output/print.ts'

interface SiteFlags {
  out: string
  title?: string
  base?: string
  media?: MediaPolicy
  claims?: string | false
  quiet?: boolean
  json?: boolean
}

interface ServeFlags extends Pick<SiteFlags, 'title' | 'claims' | 'json'> {
  port: number
  host: string
  allowHost?: string[]
  watch: boolean
}

/** `kinemetric report build|serve`: the static site. */
export const define: DefineCommand = (command, settle) => {
  defineBuild(command.command('build'), settle)
  defineServe(command.command('serve'), settle)
}

const defineBuild: DefineCommand = (command, settle) => {
  command
    .description('Build the site from a results folder; it works from any address and any plain file server')
    .argument('<results>', 'folder of records')
    .requiredOption('--out <folder>', 'where the site goes')
    .option('--title <title>', 'title of the front page')
    .option('--base <address>', 'address that the site will be served under (for canonical links only)')
    .option('--claims <folder>', 'folder of published claims (<method>/paper.json)')
    .option('--no-claims', 'leave published claims out')
    .option(
      '--media <which>',
      'videos: all, sample (600 clips at most), none, or the address where they lie',
      parseMedia,
      'sample',
    )
    .option('--quiet', 'no progress')
    .option('--json', 'print what was built as JSON')
    .addHelpText('after', '\nExample:\n  kinemetric report build results/ --out site/')
    .action(async (results: string, flags: SiteFlags) => {
      keepYoungGenerationSmall()
      const site = await interruptible((signal) =>
        buildSite(results, flags.out, {
          claimsDir: claimsFolder(flags.claims),
          title: flags.title,
          base: flags.base,
          media: flags.media,
          comparisons: () => comparedResults(results, tell),
          ...siteKnowledge,
          signal,
          onProgress: flags.quiet || flags.json ? undefined : (line) => tell(line),
        }),
      )
      for (const warning of site.warnings) warn(warning)
      if (flags.json) printJson(site)
      else if (site.unchanged) print(`unchanged since it was built: open ${site.index}`)
      else print(`${site.pages} pages in ${site.seconds.toFixed(1)} s: open ${site.index}`)
      settle(exitCode.done)
    })
}

const defineServe: DefineCommand = (command, settle) => {
  command
    .description('Serve a built site, or the site of a results folder as it grows, until Ctrl-C')
    .argument('<folder>', 'a results folder or a built site')
    .option('--port <port>', 'port (0 picks a free one)', parsePort, 4173)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--allow-host <names>', 'further names that readers may come by (comma separated)', listOption)
    .option('--title <title>', 'title of the front page')
    .option('--claims <folder>', 'folder of published claims (<method>/paper.json)')
    .option('--no-claims', 'leave published claims out')
    .option('--no-watch', 'build the site once: do not look whether the results change, and tell pages of no run')
    .option('--json', 'print the address as JSON')
    .addHelpText(
      'after',
      `
The results folder is looked at every second or so. When a record, comparisons, labels or media change, the site is built again beside the one that stands, and
open pages show it or offer to. While \`kinemetric score\` measures into the folder, pages say how many clips it has measured; scores and videos come with its record.
The folder may be empty at first. A site that was built before is served as it is.`,
    )
    .addHelpText('after', '\nExample:\n  kinemetric report serve results/ --port 8080')
    .action(async (folder: string, flags: ServeFlags) => {
      const runs = new GoingRuns(folder)
      const serve = (signal: AbortSignal) =>
        serveSite(folder, {
          port: flags.port,
          host: flags.host,
          allowedHosts: flags.allowHost,
          title: flags.title,
          claimsDir: claimsFolder(flags.claims),
          comparisons: () => comparedResults(folder, tell),
          ...siteKnowledge,
          watch: flags.watch,
          runs: () => runs.now(),
          signal,
          onProgress: (line) => tell(line),
        })
      const server = await interruptible(serve, false)
      if (flags.json) printJson({ url: server.url, port: server.port })
      else print(`serving ${server.url} (Ctrl-C stops)`)
      await new Promise<void>((resolve) => {
        process.once('SIGINT', resolve)
        process.once('SIGTERM', resolve)
      })
      await server.close()
      settle(exitCode.done)
    })
}

function parseMedia(text: string): MediaPolicy {
  if (text === 'all' || text === 'sample' || text === 'none') return text
  if (/^https?:\/\/[^\s"'<>;,]+$/i.test(text)) return { address: text }
  throw new InvalidArgumentError(`expected all, sample, none or an address (https://…), found ${text}`)
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError(`expected a port from 0 to 65535, found ${text}`)
  }
  return port
}
