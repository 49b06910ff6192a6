import { errorsOf } from '@kinemetric/files'

/**
 * What stops a run: `unknown-method`, `bad-spec` (method.json), `bad-option` · `unfit-manifest`: the method can do none of its clips · `bad-output-folder`:
 * the folder is somebody else's · `process-failed`: a program broke down, `method-weights`: it says that its weights are missing · `too-little-memory`, `disk-full`: seen before a run's first step. What one clip can have wrong is its failure: `unfit-clip`, `missing-condition`,
 * `hash-mismatch` (a file that is not the one of which the manifest speaks), `wrong-output`, `wrong-noise` (given noise that is not there or of another shape), `not-finite` (a network's numbers ran away).
 */
export const runnerError = errorsOf({
  'unknown-method': 'input',
  'bad-spec': 'input',
  'bad-option': 'input',
  'unfit-manifest': 'input',
  'bad-output-folder': 'conflict',
  'process-failed': 'broken',
  'method-weights': 'missing',
  'too-little-memory': 'missing',
  'disk-full': 'disk',
  'unfit-clip': 'unfit',
  'missing-condition': 'unfit',
  'hash-mismatch': 'unfit',
  'wrong-output': 'unfit',
  'wrong-noise': 'unfit',
  'not-finite': 'unfit',
})
