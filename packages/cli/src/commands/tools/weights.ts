import { Command } from 'commander'
import {
  importWeight,
  listWeights,
  networksOf,
  pullWeight,
  verifyWeights,
  weightCatalogue,
  weightSearchPath,
} from '@kinemetric/networks'
import { exitCode } from '../../output/exit-code.ts'
import { formatBytes } from '../../output/format-bytes.ts'
import { interruptible } from '../../output/interruptible.ts'
import type { Outcome } from '../../main.ts'
import { startProgress } from '../../output/progress.ts'

/** `kinemetric weights list|pull|import|verify`. */
export function weightsCommand(settle: (code: Outcome) => void): Command {
  const weights = new Command('weights').description(
    'The pretrained weights that metrics need: list, download, import, verify',
  )
  addList(weights, settle)
  addPull(weights, settle)
  addImport(weights, settle)
  addVerify(weights, settle)
  return weights
}

function addList(weights: Command, settle: (code: Outcome) => void): void {
  weights
    .command('list')
    .description('Every file of the catalogue: where it lies, its size, its licence')
    .option('--json', 'print JSON, with addresses and sha256')
    .action(async (flags: { json?: boolean }) => {
      const statuses = await listWeights()
      if (flags.json)
        console.log(
          JSON.stringify(
            statuses.map(({ entry, ...rest }) => ({ ...entry, ...rest })),
            null,
            2,
          ),
        )
      else {
        for (const { entry, path } of statuses) {
          console.log(
            `${path === undefined ? '-' : '+'} ${entry.id.padEnd(34)} ${formatBytes(entry.bytes).padStart(7)}  ${networksOf(entry.id).join(', ')}`,
          )
          console.log(`    ${entry.licence}`)
          console.log(`    ${path ?? entry.url}`)
        }
        console.log(`\n+ here, - not here. Looked in: ${weightSearchPath().join(', ')}`)
      }
      settle(exitCode.done)
    })
}

function addPull(weights: Command, settle: (code: Outcome) => void): void {
  weights
    .command('pull')
    .description('Download weights from their own address, verified; an interrupted download goes on')
    .argument('<name...>', `of the catalogue: ${weightCatalogue.map((entry) => entry.id).join(', ')}`)
    .option(
      '--folder <folder>',
      'where to put them (default: the first folder of the search path that can be written to)',
    )
    .option('--url <address>', 'another address of the same file (its sha256 is checked all the same)')
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .action(async (names: string[], flags: { folder?: string; url?: string; json?: boolean; quiet?: boolean }) => {
      if (flags.url !== undefined && names.length > 1)
        throw new Error('--url: expected one name beside it, found several')
      const outcomes = []
      for (const name of names) {
        const entry = weightCatalogue.find((candidate) => candidate.id === name)
        if (entry && !flags.json)
          console.error(`${entry.title}: ${formatBytes(entry.bytes)}, licence: ${entry.licence} (${entry.licenceUrl})`)
        const progress = startProgress(name, { quiet: flags.quiet })
        const pulled = await interruptible((signal) =>
          pullWeight(name, {
            folder: flags.folder,
            url: flags.url,
            signal,
            onProgress: ({ received, total }) => progress.update(received, total, `bytes (${formatBytes(received)})`),
          }),
        ).finally(() => progress.stop())
        outcomes.push({ id: name, path: pulled.path, fetched: pulled.fetched })
        if (!flags.json) console.log(`${name}: ${pulled.fetched ? 'verified' : 'was there'}: ${pulled.path}`)
      }
      if (flags.json) console.log(JSON.stringify(outcomes, null, 2))
      settle(exitCode.done)
    })
}

function addImport(weights: Command, settle: (code: Outcome) => void): void {
  weights
    .command('import')
    .description('Take weights that you have into the weights folder; what they are is found from their content')
    .argument('<file...>')
    .option('--folder <folder>', 'where to put them')
    .option('--copy', 'copy, never hard-link')
    .option('--json', 'print JSON')
    .action(async (files: string[], flags: { folder?: string; copy?: boolean; json?: boolean }) => {
      const outcomes = []
      for (const file of files) {
        const imported = await importWeight(file, { folder: flags.folder, link: !flags.copy })
        outcomes.push({
          file,
          id: imported.entry.id,
          path: imported.path,
          how: imported.how,
          verifiedBy: imported.verifiedBy,
        })
        if (!flags.json)
          console.log(
            `${file}: ${imported.entry.id} (${imported.how}, recognised by ${imported.verifiedBy}): ${imported.path}`,
          )
      }
      if (flags.json) console.log(JSON.stringify(outcomes, null, 2))
      settle(exitCode.done)
    })
}

function addVerify(weights: Command, settle: (code: Outcome) => void): void {
  weights
    .command('verify')
    .description('Read every file of weights again and check its content')
    .option('--json', 'print JSON')
    .action(async (flags: { json?: boolean }) => {
      const results = await verifyWeights()
      if (flags.json)
        console.log(
          JSON.stringify(
            results.map(({ entry, ...rest }) => ({ id: entry.id, ...rest })),
            null,
            2,
          ),
        )
      else {
        for (const { entry, status, path, verifiedBy } of results) {
          console.log(
            `${status.padEnd(8)} ${entry.id.padEnd(34)} ${path ?? ''}${verifiedBy ? ` (by ${verifiedBy})` : ''}`,
          )
        }
      }
      settle(results.some((result) => result.status === 'damaged') ? exitCode.badInput : exitCode.done)
    })
}
