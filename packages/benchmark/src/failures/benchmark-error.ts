import { errorsOf } from '@kinemetric/files'

/**
 * What stops a whole preparation or evaluation; one clip's trouble is a `clipError` and becomes a failure in the record instead.
 *
 * `bad-manifest`, `bad-protocol`, `bad-dataset`, `bad-generated`, `bad-features`, `bad-option`, `bad-prompts`, `bad-shards`: input to correct · `no-clips`: nothing to do · `no-masks`: a control signal whose masks have to be made first · `other-inputs`: the
 * folder holds the unfinished run of other inputs · `record-exists`: the record is there and overwriting was not asked for · `disk-full`,
 * `write-failed`: what was computed is kept, free space and run again · `cache-lost`: entries went missing while the run needed them, run again · `no-formula`: a metric does not say how it is
 * measured ·
 * `aborted`: the next run goes on from there. Another run at work in the folder is `locked`, an error of files.
 */
export const benchmarkError = errorsOf({
  'bad-manifest': 'input',
  'bad-protocol': 'input',
  'bad-dataset': 'input',
  'bad-generated': 'input',
  'bad-features': 'input',
  'bad-option': 'input',
  'bad-prompts': 'input',
  'no-clips': 'input',
  'no-masks': 'missing',
  'other-inputs': 'conflict',
  'record-exists': 'conflict',
  'bad-shards': 'input',
  'disk-full': 'disk',
  'write-failed': 'disk',
  'cache-lost': 'broken',
  'no-formula': 'broken',
  aborted: 'stopped',
})
