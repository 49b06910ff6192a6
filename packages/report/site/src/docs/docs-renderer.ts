// The documentation's pages: rendered as a report's are, by developers alone.
import { experimental_AstroContainer as AstroContainer } from 'astro/container'
import Command from './Command.astro'
import Commands from './Commands.astro'
import type { DocsModel } from './docs-model.ts'
import Document from './Document.astro'
import Front from './Front.astro'
import Metric from './Metric.astro'
import Metrics from './Metrics.astro'
import { showDocs } from './shown-docs.ts'

/** The pages of a model, by their paths. One model a module: it is imported anew for another one. */
export async function renderDocs(model: DocsModel): Promise<Map<string, string>> {
  showDocs(model)
  const container = await AstroContainer.create()
  const pages = new Map<string, string>()
  const add = async (path: string, component: typeof Front, props: Record<string, unknown> = {}) => {
    pages.set(path, await container.renderToString(component, { props, partial: false }))
  }
  await add('index.html', Front)
  await add('commands/index.html', Commands)
  await add('metrics/index.html', Metrics)
  for (const document of model.documents) await add(document.path, Document, { document })
  for (const command of model.commands) await add(command.path, Command, { command })
  for (const metric of model.metrics) await add(metric.path, Metric, { metric })
  return pages
}
