import { errorsOf } from '@kinemetric/files'

/** The errors of files of features and statistics. `where` is the file, and the entry inside an .npz: `ref.npz:mu`. */
export const interchangeError = errorsOf({
  'not-found': 'input',
  'not-readable': 'input',
  'not-npy': 'input',
  'not-npz': 'input',
  truncated: 'input',
  damaged: 'input',
  unsupported: 'input',
  'too-large': 'input',
  'wrong-shape': 'input',
  'not-finite': 'input',
  'missing-entry': 'input',
})
