import { errorsOf } from '@kinemetric/files'

/**
 * Why a report could not be made: `unknown-metric` (a sort or selection names a metric that no record has), `no-records`, `bad-results` (the folder
 * is missing or unreadable), `bad-output` (the output folder holds something else, or cannot be written), `bad-media` (a file that a record names and
 * that is not shown), `build-failed`, `port-in-use`, `serve-failed`.
 */
export const reportError = errorsOf({
  'unknown-metric': 'input',
  'no-records': 'input',
  'bad-results': 'input',
  'bad-output': 'conflict',
  'bad-media': 'unfit',
  'build-failed': 'broken',
  'port-in-use': 'conflict',
  'serve-failed': 'broken',
})
