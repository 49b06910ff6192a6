import { dataTermsOf } from '@kinemetric/benchmark'
import type { BundleMedia } from '@kinemetric/records'

/** `none`: no videos. `own`: those that whoever publishes may publish, as they say; of data that may not be passed on none all the same. */
export type MediaChoice = 'none' | 'own'

/** What becomes of the videos of a protocol: of references, controls and generated clips, which begin with frames of the references. */
export function mediaOf(protocol: string, choice: MediaChoice): BundleMedia {
  const terms = dataTermsOf(protocol)
  const data = terms.map(({ id }) => id)
  const forbidden = terms.find(({ mayBePublished }) => !mayBePublished)
  if (forbidden !== undefined)
    return {
      protocol,
      data,
      included: false,
      reason: `${forbidden.title}: ${forbidden.allows} Generated clips begin with its frames, so that they are left out too, and labels with them.`,
    }
  if (choice === 'none')
    return {
      protocol,
      data,
      included: false,
      reason: 'No videos were asked for (--media own takes those that you may publish).',
    }
  const [known] = terms
  return {
    protocol,
    data,
    included: true,
    reason:
      known === undefined
        ? 'Nothing is known of the data of this protocol: whoever published said (--media own) that its videos may be published.'
        : `${known.title}: ${known.licence}.`,
  }
}

/** Whether what a data set says of its clips (labels) may be passed on. */
export function labelsMayBePublished(protocol: string): boolean {
  return dataTermsOf(protocol).every(({ mayBePublished }) => mayBePublished)
}
