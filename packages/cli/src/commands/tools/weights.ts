import {
  importWeight,
  listWeights,
  networksOf,
  pullWeight,
  verifyWeights,
  weightCatalogue,
  weightSearchPath,
} from '@kinemetric/networks'
import { cliError } from '../../output/cli-error.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { formatBytes } from '../../output/format-bytes.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { startProgress } from '../../output/progress.ts'
import { print, tell } from '../../output/print.ts'

interface PullFlags extends LockFlags {
  folder?: string
  url?: string
  json?: boolean
  quiet?: boolean
}

/** `kinemetric weights list|pull|import|verify`. */
export const define: DefineCommand = (command, settle) => {
  defineList(command.command('list'), settle)
  definePull(command.command('pull'), settle)
  defineImport(command.command('import'), settle)
  defineVerify(command.command('verify'), settle)
}

const defineList: DefineCommand = (command, settle) => {
  command
    .description('Every file of the catalogue: where it lies, its size, its licence')
    .option('--json', 'print JSON, with addresses and sha256')
    .action(async (flags: { json?: boolean }) => {
      const statuses = await listWeights()
      if (flags.json) printJson(statuses.map(({ entry, ...rest }) => ({ ...entry, ...rest })))
      else {
        for (const { entry, path } of statuses) {
          print(
            `${path === undefined ? '-' : '+'} ${entry.id.padEnd(34)} ${formatBytes(entry.bytes).padStart(7)}  ${networksOf(entry.id).join(', ')}`,
          )
          print(`    ${entry.licence}`)
          print(`    ${path ?? entry.url}`)
        }
        print(
          `\n+ here, - not here. Looked in: ${weightSearchPath().join(', ') || 'no folder (the user has no home: set XDG_CACHE_HOME or KINEMETRIC_WEIGHTS)'}`,
        )
      }
      settle(exitCode.done)
    })
}

const definePull: DefineCommand = (command, settle) => {
  command
    .description('Download weights from their own address, verified; an interrupted download goes on')
    .argument('<name...>', `of the catalogue: ${weightCatalogue.map((entry) => entry.id).join(', ')}`)
    .option(
      '--folder <folder>',
      'where to put them (default: the first folder of the search path that can be written to)',
    )
    .option('--url <address>', 'another address of the same file (its sha256 is checked all the same)')
    .addOption(takeLockOption())
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .action(async (names: string[], flags: PullFlags) => {
      if (flags.url !== undefined && names.length > 1)
        throw cliError('bad-option', '--url', { expected: 'one name beside it', found: 'several' })
      const outcomes = []
      for (const name of names) {
        const entry = weightCatalogue.find((candidate) => candidate.id === name)
        if (entry && !flags.json)
          tell(`${entry.title}: ${formatBytes(entry.bytes)}, licence: ${entry.licence} (${entry.licenceUrl})`)
        const progress = startProgress(name, { quiet: flags.quiet })
        const pulled = await interruptible((signal) =>
          pullWeight(name, {
            folder: flags.folder,
            url: flags.url,
            takeLock: flags.takeLock,
            signal,
            onProgress: ({ received, total }) => progress.update(received, total, `bytes (${formatBytes(received)})`),
          }),
        ).finally(() => progress.stop())
        outcomes.push({ id: name, path: pulled.path, fetched: pulled.fetched })
        if (!flags.json) print(`${name}: ${pulled.fetched ? 'verified' : 'was there'}: ${pulled.path}`)
      }
      if (flags.json) printJson(outcomes)
      settle(exitCode.done)
    })
}

const defineImport: DefineCommand = (command, settle) => {
  command
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
          print(
            `${file}: ${imported.entry.id} (${imported.how}, recognised by ${imported.verifiedBy}): ${imported.path}`,
          )
      }
      if (flags.json) printJson(outcomes)
      settle(exitCode.done)
    })
}

const defineVerify: DefineCommand = (command, settle) => {
  command
    .description('Read every file of weights again and check its content')
    .option('--json', 'print JSON')
    .action(async (flags: { json?: boolean }) => {
      const results = await verifyWeights()
      if (flags.json) printJson(results.map(({ entry, ...rest }) => ({ id: entry.id, ...rest })))
      else {
        for (const { entry, status, path, verifiedBy } of results) {
          print(`${status.padEnd(8)} ${entry.id.padEnd(34)} ${path ?? ''}${verifiedBy ? ` (by ${verifiedBy})` : ''}`)
        }
      }
      settle(results.some((result) => result.status === 'damaged') ? exitCode.badInput : exitCode.done)
    })
}
