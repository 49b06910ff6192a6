import { errorsOf } from '@kinemetric/files'

/** Why two records are not held against each other: `one-record`, a folder that holds none or several, so that nobody knows which is meant. */
export const diffError = errorsOf({ 'one-record': 'input' })
