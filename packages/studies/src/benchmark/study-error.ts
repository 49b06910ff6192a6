import { errorsOf } from '@kinemetric/files'

/**
 * What ends a study before or while it runs; what its stages throw goes through as it is.
 *
 * `unknown-benchmark`, `bad-benchmark`, `bad-option`: input to correct · `data`: data that must be given, with where it is had · `weights`: weights that are
 * not here, with the commands that get them · `other-study`: the folder holds another benchmark's
 */
export const studyError = errorsOf({
  'unknown-benchmark': 'input',
  'bad-benchmark': 'input',
  'bad-option': 'input',
  data: 'missing',
  weights: 'missing',
  'other-study': 'conflict',
})
