import { errorsOf } from '@kinemetric/files'

/**
 * Why a gate says nothing at all: `no-record`, `several-records` (which one is meant) · `changed-record` (it does not say what the files beside it say) ·
 * `not-comparable` (other protocol, other clips, no hashes) · `other-seeds` · `no-margin` (neither margins nor rules) · `bad-margin` · `bad-rule` (it cannot be
 * read, or asks for what is not there) · `too-few` repeats.
 */
export const gateError = errorsOf({
  'no-record': 'input',
  'several-records': 'input',
  'changed-record': 'input',
  'not-comparable': 'input',
  'other-seeds': 'input',
  'no-margin': 'input',
  'bad-margin': 'input',
  'bad-rule': 'input',
  'too-few': 'input',
})
