import {
  findOnnxruntime,
  importOnnxruntime,
  onnxruntimePackage,
  requireOnnxruntime,
  runtimeFolder,
} from '@kinemetric/networks'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { formatBytes } from '../../output/format-bytes.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'

interface Flags {
  json?: boolean
}

/** `kinemetric runtime`: onnxruntime, which runs the networks. */
export const define: DefineCommand = (command, settle) => {
  command.addHelpText(
    'after',
    `
onnxruntime is fetched by itself when a network first runs: by your own npm, with its registry, proxy and credentials, into the folder that KINEMETRIC_RUNTIME
names (else \`runtime\` in the cache folder). Of its binaries those of this system are kept. These commands do it beforehand, or without a registry:

  kinemetric runtime show
  kinemetric runtime fetch
  kinemetric runtime import ${onnxruntimePackage.file}`,
  )
  command
    .command('show')
    .description('Say whether it is here, where it lies or will, and which file it comes from')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  kinemetric runtime show')
    .action((flags: Flags) => {
      const found = findOnnxruntime()
      if (flags.json)
        printJson({ ...onnxruntimePackage, folder: found?.folder ?? null, cache: runtimeFolder() ?? null })
      else print(found === undefined ? notHere() : `${nameText}: ${found.folder}`)
      settle(exitCode.done)
    })
  command
    .command('fetch')
    .description('Fetch it now from the npm registry')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  kinemetric runtime fetch')
    .action(async (flags: Flags) => {
      tellFound(await interruptible((signal) => requireOnnxruntime({ signal })), flags)
      settle(exitCode.done)
    })
  command
    .command('import')
    .description('Take it from a file of the npm registry that was brought here')
    .argument('<file>', onnxruntimePackage.file)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  kinemetric runtime import onnxruntime-node-1.30.0.tgz')
    .action(async (file: string, flags: Flags) => {
      tellFound(await interruptible((signal) => importOnnxruntime(file, signal)), flags)
      settle(exitCode.done)
    })
}

const nameText = `${onnxruntimePackage.name} ${onnxruntimePackage.version}`

function notHere(): string {
  const { bytes, url } = onnxruntimePackage
  return `${nameText}: not here yet; \`kinemetric runtime fetch\` gets it (${formatBytes(bytes)}, ${url}) into ${runtimeFolder() ?? 'a folder that KINEMETRIC_RUNTIME names'}`
}

function tellFound({ folder }: { folder: string }, flags: Flags): void {
  if (flags.json) printJson({ name: onnxruntimePackage.name, version: onnxruntimePackage.version, folder })
  else print(`${nameText}: ${folder}`)
}
