import { errorsOf } from '@kinemetric/files'

/**
 * Why results could not be published, or a bundle not be looked at: `bad-results` (records that cannot be read or that do not say what their values give),
 * `no-records`, `bad-output` (the folder holds something else, or lies among the results), `not-a-bundle`, `newer-bundle` (made by a later version).
 */
export const bundleError = errorsOf({
  'bad-results': 'input',
  'no-records': 'input',
  'bad-output': 'conflict',
  'not-a-bundle': 'input',
  'newer-bundle': 'input',
})
