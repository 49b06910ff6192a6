import { type CudaPlan, type CudaStep, planCuda, probeProviders, setUpCuda } from '@kinemetric/networks'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { formatBytes } from '../../output/format-bytes.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { print, tell } from '../../output/print.ts'

interface SetupFlags {
  dryRun?: boolean
  python?: string
  json?: boolean
  yes?: boolean
}

/** `kinemetric gpu setup`. */
export const define: DefineCommand = (command, settle) => {
  command
    .command('setup')
    .description("Download CUDA's libraries by pip or uv into the user's cache, or link to those that are here")
    .option('--dry-run', 'say what would be downloaded, how large it is and under which licence, and do nothing')
    .option('--python <folder>', 'a Python environment whose libraries are used in place (default: the active one)')
    .option('--yes', 'the licences are known and accepted: needed where --json keeps them from being shown')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  kinemetric gpu setup --dry-run\n  kinemetric gpu setup')
    .action(async (flags: SetupFlags) => {
      const plan = await planCuda({ python: flags.python })
      if (flags.dryRun) {
        if (flags.json) printJson(plan)
        else print(planText(plan))
        settle(exitCode.done)
        return
      }
      const fetches = plan.steps.some(({ how }) => how === 'download')
      if (flags.json && !flags.yes && fetches)
        throw cliError('bad-option', '--json', {
          expected: '--yes or --dry-run beside it',
          found: 'it alone',
          then: `${formatBytes(plan.downloadBytes)} would be downloaded under licences that nobody has been shown`,
        })
      if (!flags.json) tell(planText(plan))
      await interruptible((signal) =>
        setUpCuda(plan, { signal, onStep: (step) => (flags.json ? undefined : tell(stepText(step))) }),
      )
      const cuda = (await probeProviders()).find(({ provider }) => provider === 'cuda')
      const works = cuda?.available === true
      if (flags.json) printJson({ folder: plan.folder, works, reason: cuda?.reason })
      else
        print(`${plan.folder}: ${works ? 'a small graph ran on CUDA' : `set up, but no graph runs: ${cuda?.reason}`}`)
      settle(works ? exitCode.done : exitCode.badInput)
    })
}

/** What is about to be done, with sizes and licences. */
function planText({ needs, folder, steps, downloadBytes, diskBytes }: CudaPlan): string {
  const lines = steps.map((step) => `  ${stepText(step)}`)
  return [
    `CUDA ${needs.cuda} for onnxruntime ${needs.onnxruntime}; wants NVIDIA's driver ${needs.driver} or newer. Folder: ${folder}`,
    ...lines,
    `To download: ${formatBytes(downloadBytes)}. Disk: ${formatBytes(diskBytes)}, some of it only meanwhile.`,
  ].join('\n')
}

function stepText({ package: wanted, how, paths }: CudaStep): string {
  const { name, version, bytes, licence, licenceUrl } = wanted
  if (how === 'there') return `${name} ${version}: unpacked before`
  if (how === 'in place') return `${name}: used in place, ${paths[0] ?? ''}`
  return `${name} ${version}: download ${formatBytes(bytes)}, licence: ${licence} (${licenceUrl})`
}
