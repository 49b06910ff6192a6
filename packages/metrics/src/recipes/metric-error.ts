import { errorsOf } from '@kinemetric/files'

/** The errors of metrics: a metric refuses its input (`unfit`: one clip's failure in a run), or was asked for what it has not (`input`). */
export const metricError = errorsOf({
  'shape-mismatch': 'unfit',
  'not-frames': 'unfit',
  empty: 'unfit',
  'too-small': 'unfit',
  'too-few': 'unfit',
  'too-many': 'unfit',
  'not-finite': 'unfit',
  'not-a-covariance': 'unfit',
  'unknown-metric': 'input',
  'unknown-recipe': 'input',
  'bad-option': 'input',
  'recipe-mismatch': 'input',
  closed: 'broken',
  worker: 'broken',
})
