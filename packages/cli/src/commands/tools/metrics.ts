import { describeMetric, findMetric, metricCatalogue } from '@kinemetric/metrics'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'

/** `kinemetric metrics`: the catalogue of metrics and recipes. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('[metric]', 'only this one, with every setting')
    .option('--json', 'print JSON')
    .action((id: string | undefined, flags: { json?: boolean }) => {
      const metrics = id === undefined ? metricCatalogue : [findMetric(id)]
      if (flags.json) printJson(metrics.map(describeMetric))
      else {
        for (const metric of metrics) {
          console.log(`${metric.id}  ${metric.title} (${metric.unit || 'no unit'}, ${metric.better} is better)`)
          for (const recipe of metric.recipes) {
            console.log(`  ${recipe.id === metric.defaultRecipe ? '*' : ' '} ${recipe.id.padEnd(26)} ${recipe.summary}`)
            if (id === undefined) continue
            for (const [name, value] of Object.entries(recipe.settings))
              console.log(`        ${name}: ${String(value)}`)
          }
          if (id !== undefined) console.log(`  matches: ${metric.matches}\n  cite: ${metric.cite}`)
        }
        console.log('\n* the default recipe')
      }
      settle(exitCode.done)
    })
}
