import {
  describeMetric,
  groupedMetrics,
  metricCatalogue,
  metricsNamed,
  type MetricSpec,
  rangeOfSetting,
} from '@kinemetric/metrics'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'
import { takesText } from './takes-text.ts'

/** `kinemetric metrics`: the catalogue of metrics and recipes, by what they are asked. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('[metric]', 'only this one, with every setting; or those of a group, as prdc')
    .option('--json', 'print JSON: one array of metrics, each with its `group`')
    .addHelpText(
      'after',
      '\nExamples:\n  kinemetric metrics\n  kinemetric metrics lpips\n  kinemetric metrics distribution',
    )
    .action((name: string | undefined, flags: { json?: boolean }) => {
      const metrics = name === undefined ? metricCatalogue : metricsNamed([name])
      if (flags.json) printJson(metrics.map(describeMetric))
      else {
        const whole = metrics.length === 1 && metrics[0].id === name
        for (const { group, metrics: own } of groupedMetrics(metrics)) {
          const within = group.within === undefined ? '' : `, in ${group.within}`
          if (!whole) print(`${group.title} (${group.id}${within}): ${group.question}\n`)
          for (const metric of own) printMetric(metric, whole)
          if (!whole) print('')
        }
        print(whole ? '\n* the default recipe' : '* the default recipe; --metrics takes names of metrics and of groups')
      }
      settle(exitCode.done)
    })
}

function printMetric(metric: MetricSpec, whole: boolean): void {
  print(`${metric.id}  ${metric.title} (${metric.unit || 'no unit'}, ${metric.better} is better)`)
  print(`    ${takesText(describeMetric(metric)).join('\n    ')}`)
  for (const recipe of metric.recipes) {
    print(`  ${recipe.id === metric.defaultRecipe ? '*' : ' '} ${recipe.id.padEnd(26)} ${recipe.summary}`)
    if (!whole) continue
    for (const [name, value] of Object.entries(recipe.settings)) print(`        ${name}: ${String(value)}`)
    for (const setting of recipe.choosable ?? [])
      print(
        `        --set ${metric.id}.${setting.name}=<value>  ${rangeOfSetting(setting)}, by default ${setting.default}: ${setting.summary}`,
      )
  }
  if (!whole) return
  print(`  group: ${metric.group}`)
  print(`  matches: ${metric.matches}\n  cite: ${metric.cite}`)
}
