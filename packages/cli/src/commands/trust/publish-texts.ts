import { citedDataOf, dataTermsOf } from '@kinemetric/benchmark'
import type { BundleTexts } from '@kinemetric/evaluation'
import { metricCatalogue } from '@kinemetric/metrics'
import { weightCatalogue } from '@kinemetric/networks/catalogue'
import { codeVersion } from '@kinemetric/records'
import { bundleTexts } from '@kinemetric/report'

/** The texts of a bundle, with what this version knows of metrics, weights and data. */
export const publishTexts: BundleTexts = async (content) => {
  const { version } = await codeVersion()
  return bundleTexts(content, {
    metrics: metricCatalogue,
    weights: weightCatalogue,
    dataOf: citedDataOf,
    termsOf: dataTermsOf,
    version,
  })
}
