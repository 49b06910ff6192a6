import { describeMetric, findMetric, metricCatalogue, rangeOfSetting } from '@kinemetric/metrics'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'

/** `kinemetric metrics`: the catalogue of metrics and recipes. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('[metric]', 'only this one, with every setting')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  kinemetric metrics\n  kinemetric metrics lpips')
    .action((id: string | undefined, flags: { json?: boolean }) => {
      const metrics = id === undefined ? metricCatalogue : [findMetric(id)]
      if (flags.json) printJson(metrics.map(describeMetric))
      else {
        for (const metric of metrics) {
          print(`${metric.id}  ${metric.title} (${metric.unit || 'no unit'}, ${metric.better} is better)`)
          for (const recipe of metric.recipes) {
            print(`  ${recipe.id === metric.defaultRecipe ? '*' : ' '} ${recipe.id.padEnd(26)} ${recipe.summary}`)
            if (id === undefined) continue
            for (const [name, value] of Object.entries(recipe.settings)) print(`        ${name}: ${String(value)}`)
            for (const setting of recipe.choosable ?? [])
              print(
                `        --set ${metric.id}.${setting.name}=<value>  ${rangeOfSetting(setting)}, by default ${setting.default}: ${setting.summary}`,
              )
          }
          if (id !== undefined) print(`  matches: ${metric.matches}\n  cite: ${metric.cite}`)
        }
        print('\n* the default recipe')
      }
      settle(exitCode.done)
    })
}
