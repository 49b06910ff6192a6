import { didYouMean } from '@kinemetric/files'
import {
  generatorCatalogue,
  importGenerators,
  importWeight,
  isGenerator,
  isOfficial,
  type PulledWeight,
  listWeights,
  locateGenerator,
  networksOf,
  notedBytes,
  pullGenerator,
  pullWeight,
  verifyGenerators,
  verifyWeights,
  weightCatalogue,
  weightSearchPath,
} from '@kinemetric/networks'
import { cliError } from '../../output/cli-error.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { formatBytes } from '../../output/format-bytes.ts'
import { notOfficial } from '../../output/not-official.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { startProgress } from '../../output/progress.ts'
import { print, tell } from '../../output/print.ts'

interface PullFlags extends LockFlags {
  folder?: string
  url?: string
  retries?: number
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
    .addHelpText('after', '\nExample:\n  kinemetric weights list')
    .action(async (flags: { json?: boolean }) => {
      const statuses = await listWeights()
      const generators = await listGenerators()
      if (flags.json) printJson([...statuses.map(({ entry, ...rest }) => ({ ...entry, ...rest })), ...generators])
      else {
        for (const { entry, path } of statuses) {
          print(
            `${path === undefined ? '-' : '+'} ${entry.id.padEnd(34)} ${formatBytes(entry.bytes).padStart(7)}  ${networksOf(entry.id).join(', ')}`,
          )
          print(`    ${entry.licence}`)
          print(`    ${path ?? entry.url}`)
        }
        for (const { id, size, licence, licenceUrl, gated, title, path, official, bytes } of generators) {
          const there = bytes === null ? size : `${formatBytes(bytes)}${official === false ? `, ${notOfficial}` : ''}`
          print(`${path === undefined ? '-' : '+'} ${id.padEnd(34)} ${there}  ${title}`)
          const of = official === false ? `the official ones (${size}): ` : ''
          print(`    ${of}${licence}${gated ? '; given only with a token (HF_TOKEN)' : ''}`)
          print(`    ${path ?? licenceUrl}`)
        }
        print(
          `\n+ here, - not here. Looked in: ${weightSearchPath().join(', ') || 'no folder (the user has no home: set XDG_CACHE_HOME or KINEMETRIC_WEIGHTS)'}`,
        )
      }
      settle(exitCode.done)
    })
}

/** Weights of generators: sizes and hashes of their files are said by the server alone. `official` and `bytes` are of what is here; null: it is not. */
async function listGenerators() {
  return Promise.all(
    generatorCatalogue.map(async (entry) => {
      const there = await locateGenerator(entry)
      const [official, bytes] = there === undefined ? [null, null] : [isOfficial(there.note), notedBytes(there.note)]
      return { ...entry, path: there?.folder, official, bytes }
    }),
  )
}

/** What can be pulled, by name. */
const pullable = [...weightCatalogue, ...generatorCatalogue].map(({ id }) => id)

const definePull: DefineCommand = (command, settle) => {
  command
    .description('Download weights from their own address, verified; an interrupted download goes on')
    .argument('<name...>', `of the catalogue: ${pullable.join(', ')}`)
    .option(
      '--folder <folder>',
      'where to put them (default: the first folder of the search path that can be written to)',
    )
    .option(
      '--url <address>',
      "another address of the same file (its sha256 is checked all the same), or below which a generator's files lie",
    )
    .option(
      '--retries <n>',
      'try so often again where a connection breaks, after 1, 2, 4 … seconds (default: 4)',
      wholeNumber(0),
    )
    .addOption(takeLockOption())
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', '\nExample:\n  kinemetric weights pull lpips-alex alexnet')
    .action(async (names: string[], flags: PullFlags) => {
      if (flags.url !== undefined && names.length > 1)
        throw cliError('bad-option', '--url', { expected: 'one name beside it', found: 'several' })
      for (const name of names)
        if (!pullable.includes(name))
          throw cliError('bad-option', name, {
            expected: `weights of ${pullable.join(', ')}`,
            found: 'none of that name',
            then: didYouMean(name, pullable),
          })
      const outcomes = []
      for (const name of names) {
        const pulled = await pulledBy(name, flags)
        const { path, fetched, pin } = pulled
        outcomes.push({ id: name, path, fetched, ...(pin === undefined ? {} : { pin }) })
        if (flags.json) continue
        print(`${name}: ${fetched ? (pin === undefined ? 'verified' : 'pinned') : 'was there'}: ${path}`)
        if (pin !== undefined) {
          print(`    sha256 ${pin.sha256}, ${formatBytes(pin.bytes)}; tensors ${pin.tensorDigest}`)
          print('    no hash of the official file is published: this one counts from now on')
        }
      }
      if (flags.json) printJson(outcomes)
      settle(exitCode.done)
    })
}

async function pulledBy(
  name: string,
  flags: PullFlags,
): Promise<{ path: string; fetched: boolean; pin?: PulledWeight['pin'] }> {
  const generator = generatorCatalogue.find(({ id }) => id === name)
  const entry = generator ?? weightCatalogue.find(({ id }) => id === name)
  if (entry !== undefined) {
    const size = 'size' in entry ? entry.size : formatBytes(entry.bytes)
    tell(`${entry.title}: ${size}, licence: ${entry.licence} (${entry.licenceUrl})`)
  }
  const progress = startProgress(name, { quiet: flags.quiet })
  const onProgress = ({ received, total }: { received: number; total: number }) =>
    progress.update(received, total, `bytes (${formatBytes(received)})`)
  const { folder, url, retries, takeLock } = flags
  return interruptible(async (signal) => {
    const options = { folder, url, retries, takeLock, signal, onProgress }
    if (generator === undefined) return pullWeight(name, options)
    const pulled = await pullGenerator(generator, options)
    return { path: pulled.folder, fetched: pulled.fetched }
  }).finally(() => progress.stop())
}

const defineImport: DefineCommand = (command, settle) => {
  command
    .description('Take weights that you have into the weights folder; what they are is found from their content')
    .argument('<file...>', "files, or a generator's folder as diffusers or Hugging Face's cache has it")
    .option('--folder <folder>', 'where to put them')
    .option('--as <name>', 'of weights without a published hash: which of them the file is; it is pinned as these')
    .option('--copy', 'copy, never hard-link')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  kinemetric weights import ~/Downloads/alexnet-owt-7be5be79.pth')
    .action(async (files: string[], flags: { folder?: string; as?: string; copy?: boolean; json?: boolean }) => {
      if (flags.as !== undefined && files.length > 1)
        throw cliError('bad-option', '--as', { expected: 'one file beside it', found: 'several' })
      const outcomes = []
      for (const file of files) {
        if (await isGenerator(file)) {
          const options = { folder: flags.folder, link: !flags.copy }
          const { imported, passedOver } = await importGenerators(file, options)
          for (const { entry, folder, note } of imported) {
            outcomes.push({ file, id: entry.id, path: folder, how: 'imported', verifiedBy: null })
            const what = `${entry.id} (${formatBytes(notedBytes(note))}, ${notOfficial})`
            if (!flags.json) print(`${file}: ${what}: ${folder}`)
          }
          if (imported.length > 0 && !flags.json)
            print('no hash of the official files is known: `kinemetric run` wants --unverified beside these')
          for (const { error } of passedOver) tell(`passed over: ${error.message}`)
          continue
        }
        const imported = await importWeight(file, { folder: flags.folder, link: !flags.copy, as: flags.as })
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
    .description(
      'Read every file of weights again and check its content (of what was imported: that it has not changed)',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  kinemetric weights verify')
    .action(async (flags: { json?: boolean }) => {
      const results = await verifyWeights()
      const generators = await verifyGenerators()
      const all = [...results, ...generators]
      if (flags.json) printJson(all.map(({ entry, ...rest }) => ({ id: entry.id, ...rest })))
      else {
        for (const { entry, status, path, verifiedBy } of results) {
          print(`${status.padEnd(8)} ${entry.id.padEnd(34)} ${path ?? ''}${verifiedBy ? ` (by ${verifiedBy})` : ''}`)
        }
        for (const { entry, status, folder, damaged, official, bytes } of generators) {
          const known = folder === undefined || official ? '' : ` (${formatBytes(bytes)}, ${notOfficial})`
          const broken = damaged.length > 0 ? ` (${damaged.join(', ')})` : ''
          print(`${status.padEnd(8)} ${entry.id.padEnd(34)} ${folder ?? ''}${broken}${known}`)
        }
      }
      settle(all.some((result) => result.status === 'damaged') ? exitCode.badInput : exitCode.done)
    })
}
