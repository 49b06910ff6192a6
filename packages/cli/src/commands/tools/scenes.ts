import { makeClevrerScenes, makePhysicsBenchmark } from '@kinemetric/physics'
import { Argument } from 'commander'
import { countOf } from '@kinemetric/files'
import { wholeNumber } from '../../options/whole-number.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'
import { startProgress } from '../../output/progress.ts'

interface ScenesFlags {
  out: string
  count: number
  seed: number
  json?: boolean
  quiet?: boolean
}

interface Ask {
  count: number
  seed: number
  onProgress: (done: number, total: number) => void
}

/** By layout: writes the scenes and gives their names. */
const layouts: Readonly<Record<string, (folder: string, ask: Ask) => Promise<(string | number)[]>>> = {
  clevrer: (folder, { count, ...rest }) => makeClevrerScenes(folder, { scenes: count, ...rest }),
  physics: (folder, { count, ...rest }) => makePhysicsBenchmark(folder, { clips: count, ...rest }),
}

/** `kinemetric scenes <layout>`: bodies on a table, simulated and drawn, as a dataset has its files. */
export const define: DefineCommand = (command, settle) => {
  const names = Object.keys(layouts)
  command
    .addArgument(new Argument('<layout>', 'whose files and folders').choices(names))
    .requiredOption('--out <folder>', 'gets them; files of the same name are replaced')
    .option('--count <n>', 'number of scenes', wholeNumber(1), 8)
    .option('--seed <n>', 'another one makes other scenes', wholeNumber(0), 1)
    .option('--json', 'print the outcome as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      '\nExample:\n  kinemetric scenes clevrer --out scenes/\n  kinemetric prepare clevrer scenes/ --protocol clevrer-320x448 --out prepared/',
    )
    .action(async (layout: string, { out, count, seed, json, quiet }: ScenesFlags) => {
      const progress = startProgress('scenes', { quiet })
      const onProgress = (done: number, total: number) => progress.update(done, total, String(done))
      const scenes = await layouts[layout](out, { count, seed, onProgress }).finally(() => progress.stop())
      if (json) printJson({ layout, folder: out, scenes })
      else print(`${countOf(scenes.length, 'scene')}: ${out}`)
      settle(exitCode.done)
    })
}
