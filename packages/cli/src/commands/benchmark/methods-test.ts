import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CheckResult, findMethod, runnerError, testMethod } from '@kinemetric/runners'
import { countOf } from '@kinemetric/files'
import { type MethodFlags, methodOptions } from '../../options/method-options.ts'
import { type NetworkFlags, providerOption, threadsOption } from '../../options/network-options.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { inOneLine } from '../../output/visible.ts'
import { print } from '../../output/print.ts'
import { collectSetting } from '../../options/benchmark/collect-setting.ts'
import { seconds } from './run.ts'

interface TestFlags extends NetworkFlags, Pick<MethodFlags, 'checkpoint' | 'unverified' | 'lowMemory'> {
  set?: Record<string, unknown>
  preset?: string
  device?: string
  timeout?: number
  folder?: string
  json?: boolean
}

/** Of those that `run` has for networks of ours. */
const ofNetworks = ['--checkpoint', '--unverified', '--low-memory']

const words = { pass: 'pass', fail: 'FAIL', skip: '  - ' }

/** `kinemetric methods test <method>`: what holds for every method, held against one. */
export const defineTest: DefineCommand = (command, settle) => {
  for (const option of methodOptions()) if (ofNetworks.includes(option.long ?? '')) command.addOption(option)
  command
    .description(
      'Hold a method against the contract: frames, seeds, resuming, refusals, what it claims, where it writes',
    )
    .argument('<method>', 'a built-in method, or the path of a method.json')
    .option('--set <name=value>', "one of the method's settings (JSON or text; repeatable)", collectSetting)
    .option('--preset <name>', "one of the method's presets; --set counts more")
    .option(
      '--device <device>',
      'what a program is told to run on, of those that it lists; of our own methods the same as --provider (default: cpu)',
    )
    .addOption(providerOption().conflicts('device'))
    .addOption(threadsOption())
    .option('--timeout <seconds>', 'kill a program after that long', seconds)
    .option('--folder <folder>', 'an empty folder that keeps the clips and what was made of them')
    .option('--json', 'print what was found as JSON')
    .addHelpText(
      'after',
      '\nTwo small clips are made on the spot. Exit code 1 where a check fails.' +
        '\n\nExample:\n  kinemetric methods test path/to/method.json',
    )
    .action(async (name: string, flags: TestFlags) => {
      const method = await findMethod(name)
      const { checkpoint: checkpoints = {}, unverified = false, lowMemory = false } = flags
      const folder = await folderOf(flags.folder)
      try {
        const results = await interruptible((signal) =>
          testMethod({
            method,
            folder,
            config: flags.set,
            preset: flags.preset,
            device: flags.provider ?? flags.device,
            native: { checkpoints, unverified, lowMemory, threads: flags.threads },
            timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
            signal,
            onCheck: (result) => (flags.json ? undefined : print(line(result))),
          }),
        )
        const failed = results.filter(({ verdict }) => verdict === 'fail').length
        if (flags.json) printJson({ method: method.spec.id, passed: failed === 0, checks: results })
        else print(conclusion(method.spec.displayName, results, failed))
        settle(failed === 0 ? exitCode.done : exitCode.someFailed)
      } finally {
        if (flags.folder === undefined) await rm(folder, { recursive: true, force: true })
      }
    })
}

/** @throws KinemetricError `bad-output-folder` where something lies in it */
async function folderOf(asked: string | undefined): Promise<string> {
  if (asked === undefined) return mkdtemp(join(tmpdir(), 'kinemetric-methods-test-'))
  const there = await readdir(asked).catch(() => [])
  if (there.length === 0) return asked
  throw runnerError('bad-output-folder', asked, {
    expected: 'an empty folder',
    found: countOf(there.length, 'entry', 'entries'),
  })
}

function line({ id, title, verdict, said }: CheckResult): string {
  return `${words[verdict]}  ${id.padEnd(10)} ${title}${said === '' ? '' : `: ${inOneLine(said)}`}`
}

function conclusion(name: string, results: readonly CheckResult[], failed: number): string {
  const asked = results.filter(({ verdict }) => verdict !== 'skip').length
  return `${name}: ${asked - failed} of ${asked} checks hold (${results.length - asked} do not apply)`
}
