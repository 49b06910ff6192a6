import { Command, InvalidArgumentError } from 'commander'
import { buildSite, serveSite } from '@kinemetric/report'
import { claimsFolder } from '../../options/claims-folder.ts'
import { exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import type { Outcome } from '../../main.ts'

interface SiteFlags {
  out: string
  title?: string
  base?: string
  claims?: string | false
  quiet?: boolean
  json?: boolean
}

/** `kinemetric report build|serve`: the static site. */
export function reportCommand(settle: (code: Outcome) => void): Command {
  const report = new Command('report').description('Build or serve the static report site')
  report
    .command('build')
    .description('Build the site from a results folder; it works from any address and any plain file server')
    .argument('<results>', 'folder of records')
    .requiredOption('--out <folder>', 'where the site goes')
    .option('--title <title>', 'title of the front page')
    .option('--base <address>', 'address that the site will be served under (for canonical links only)')
    .option('--claims <folder>', 'folder of published claims (<method>/paper.json)')
    .option('--no-claims', 'leave published claims out')
    .option('--quiet', 'no progress')
    .option('--json', 'print what was built as JSON')
    .action(async (results: string, flags: SiteFlags) => {
      const site = await interruptible((signal) =>
        buildSite(results, flags.out, {
          claimsDir: claimsFolder(flags.claims),
          title: flags.title,
          base: flags.base,
          signal,
          onProgress: flags.quiet || flags.json ? undefined : (line) => console.error(line),
        }),
      )
      for (const warning of site.warnings) console.error(`warning: ${warning}`)
      if (flags.json) console.log(JSON.stringify(site, null, 2))
      else console.log(`${site.pages} pages in ${site.seconds.toFixed(1)} s: open ${site.index}`)
      settle(exitCode.done)
    })
  report
    .command('serve')
    .description('Serve a built site, or build the site of a results folder and serve it, until Ctrl-C')
    .argument('<folder>', 'a results folder or a built site')
    .option('--port <port>', 'port (0 picks a free one)', parsePort, 4173)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--title <title>', 'title of the front page')
    .option('--claims <folder>', 'folder of published claims (<method>/paper.json)')
    .option('--no-claims', 'leave published claims out')
    .action(async (folder: string, flags: SiteFlags & { port: number; host: string }) => {
      const server = await serveSite(folder, {
        port: flags.port,
        host: flags.host,
        title: flags.title,
        claimsDir: claimsFolder(flags.claims),
        onProgress: (line) => console.error(line),
      })
      console.log(`serving ${server.url} (Ctrl-C stops)`)
      await new Promise<void>((resolve) => {
        process.once('SIGINT', resolve)
        process.once('SIGTERM', resolve)
      })
      await server.close()
      settle(exitCode.done)
    })
  return report
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError(`expected a port from 0 to 65535, found ${text}`)
  }
  return port
}
