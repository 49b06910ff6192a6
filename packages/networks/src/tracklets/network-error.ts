import { errorsOf } from '@kinemetric/files'

/** The errors of networks, their weights and their checkpoints. */
export const networkError = errorsOf({
  /** No network of that name, or not one with the role that it was asked for. */
  'unknown-network': 'input',
  /** A preprocessing, variant or setting that the network does not know. */
  'bad-option': 'input',

  // Clips and points that a network cannot take.
  'not-frames': 'unfit',
  'too-few-frames': 'unfit',
  'too-many-frames': 'unfit',
  'too-small': 'unfit',
  'shape-mismatch': 'unfit',
  'no-points': 'unfit',
  'point-outside': 'unfit',
  /** A box or points that say nothing, or two for one object on one frame. */
  'bad-prompt': 'input',
  /** Used after `close`. */
  closed: 'broken',

  // Checkpoints.
  'unknown-format': 'input',
  truncated: 'input',
  compressed: 'input',
  unsupported: 'input',
  'unknown-opcode': 'input',
  'unknown-global': 'input',
  malformed: 'input',
  'too-large': 'input',
  'out-of-range': 'input',
  overlap: 'input',
  'no-tensors': 'input',
  /** Not the tensors of the network: `details` has the names of the `missing`, `extra` and `misshaped` ones. */
  'wrong-tensors': 'input',
  /** Those of another version or model, by name. */
  'wrong-checkpoint': 'input',
  /** No folder with a model as diffusers or transformers write it. */
  'not-a-model-folder': 'input',
  /** A model's folder without its config.json. */
  'missing-config': 'input',
  /** A part that an index of weights names. */
  'missing-shard': 'input',
  /** A network's config that does not fit itself, its checkpoint or what is built here. */
  'bad-config': 'input',
  /** No tracks.json or points.json, index of weights or configuration. */
  'bad-file': 'input',

  // Weights.
  /** Weights are in none of the folders: see `missingWeights`. */
  weights: 'missing',
  'unknown-id': 'input',
  'unknown-file': 'input',
  exists: 'conflict',
  /** What the server answered: `details.status`. */
  http: 'missing',
  /** Given only to those who have accepted a licence, which HF_TOKEN shows. */
  gated: 'missing',
  network: 'missing',
  /** The proxy that the environment names refused, or is none: `details.status`. */
  proxy: 'missing',
  /** The connection ended before the file did. */
  cut: 'missing',
  'wrong-size': 'missing',
  /** The file on the server became another while it was fetched. */
  changed: 'missing',
  'wrong-hash': 'missing',
  'disk-full': 'disk',
  'write-failed': 'disk',
  /** The user has no folder for caches: XDG_CACHE_HOME names one. */
  'no-home': 'missing',

  // Devices and graphs.
  /** onnxruntime itself is not there. */
  'not-installed': 'missing',
  'unknown-provider': 'input',
  'not-bundled': 'missing',
  'not-available': 'missing',
  /** A weight file is not the regular file that the graph was built from. */
  'weights-refused': 'input',
  'bad-graph': 'broken',
  'graph-refused': 'broken',
  'run-failed': 'broken',
  /** Numbers that are not finite came out of a network. */
  'not-finite': 'unfit',
  /** Latents of a step before the last, or of networks that have ended since. */
  'not-held': 'unfit',
  /** The process that networks run in ended: a native crash, or somebody ended it. */
  'process-died': 'broken',
  /** The message names what to lower. */
  'out-of-memory': 'unfit',
})

/** Codes of `networkError`. */
export type NetworkErrorCode = Parameters<typeof networkError>[0]
