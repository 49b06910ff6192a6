import { errorsOf } from '@kinemetric/files'

/** The errors of networks, their weights and checkpoints. */
export const networkError = errorsOf({
  /** No network of that name, or not one with the role that it was asked for. */
  'unknown-network': 'input',
  /** A preprocessing, variant or setting that the network does not know. */
  'bad-option': 'input',
})
