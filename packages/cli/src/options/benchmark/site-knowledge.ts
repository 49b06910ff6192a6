import { knownClassScores } from '@kinemetric/evaluation'
import { describeMetric, hallInterval, metricCatalogue } from '@kinemetric/metrics'
import type { SiteOptions } from '@kinemetric/report'
import { thumbnailStrip } from '@kinemetric/video'

/** What a site knows beyond records: what metrics are, how the interval of a mean is made, and how a picture is taken of a video. */
export const siteKnowledge = {
  metrics: metricCatalogue.map(describeMetric),
  intervalOf: (values) => {
    const { interval, reason } = hallInterval(values)
    return interval ?? reason ?? 'no interval'
  },
  classScores: (results) => knownClassScores(results),
  thumbnails: thumbnailStrip,
} satisfies SiteOptions
