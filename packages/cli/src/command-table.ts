import type { DefineCommand } from './output/exit-code.ts'

/** A command: what help says of it, and its file. */
export interface CommandEntry {
  readonly name: string
  readonly description: string
  readonly load: () => Promise<{ readonly define: DefineCommand }>
  /** It is about all commands: each is loaded with it. */
  readonly ofAll?: true | undefined
}

/** Every command, in the order in which a user meets them. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'reproduce',
    description: 'Run a whole benchmark to its table and site, and hold it against what papers claim',
    load: () => import('./commands/studies/reproduce.ts'),
  },
  {
    name: 'prepare',
    description: 'Turn a dataset into a manifest: the clips of a protocol with their control signals and masks',
    load: () => import('./commands/benchmark/prepare.ts'),
  },
  {
    name: 'protocol',
    description: 'The protocols: what a clip is and what is scored; begin and check one of your own',
    load: () => import('./commands/benchmark/protocol.ts'),
  },
  {
    name: 'run',
    description:
      'Run a method over a manifest: InterDyn or CosHand, a built-in baseline, or any program that a method.json names',
    load: () => import('./commands/benchmark/run.ts'),
  },
  {
    name: 'methods',
    description: 'The methods: list them, show what one takes, test one against the contract',
    load: () => import('./commands/benchmark/methods.ts'),
  },
  {
    name: 'score',
    description: 'Score generated clips against their references and write a record',
    load: () => import('./commands/benchmark/score.ts'),
  },
  {
    name: 'merge',
    description: 'Join shards (--shard i/N) that were done apart into what one pass over all clips makes',
    load: () => import('./commands/shards/merge.ts'),
  },
  {
    name: 'status',
    description: 'Say how far shards are: finished, running, stopped or missing',
    load: () => import('./commands/shards/status.ts'),
  },
  {
    name: 'slurm',
    description: 'Print a job script that runs a command in shards on a cluster, or on one machine with several cards',
    load: () => import('./commands/shards/slurm.ts'),
  },
  {
    name: 'compare',
    description: 'Say which methods can be told apart, by records or by a CSV file of any other tool',
    load: () => import('./commands/benchmark/compare.ts'),
  },
  {
    name: 'table',
    description: 'Print the leaderboards of a results folder',
    load: () => import('./commands/benchmark/table.ts'),
  },
  {
    name: 'gate',
    description:
      'Say whether a change of a generator’s code made its clips worse: pass, fail, undecided or cannot tell, by margins and rules',
    load: () => import('./commands/trust/gate.ts'),
  },
  {
    name: 'verify',
    description:
      'Check a results folder or a published bundle: compute again all that can be computed from what is there, and say what cannot be checked',
    load: () => import('./commands/trust/verify.ts'),
  },
  {
    name: 'publish',
    description:
      'Make a folder of results that others can check and hubs can show: records, values, licences, site, checksums',
    load: () => import('./commands/trust/publish.ts'),
  },
  {
    name: 'diff',
    description: 'Say why two records differ: recipes, weights, decoder, clips, frames, version',
    load: () => import('./commands/trust/diff.ts'),
  },
  {
    name: 'cite',
    description: 'Print BibTeX of everything that records rest on: metrics, data, methods, weights, protocol',
    load: () => import('./commands/trust/cite.ts'),
  },
  {
    name: 'report',
    description: 'Build or serve the static report site',
    load: () => import('./commands/benchmark/report.ts'),
  },
  {
    name: 'features',
    description: 'Extract features: one row a clip for i3d, one a frame for inception',
    load: () => import('./commands/tools/features.ts'),
  },
  {
    name: 'distance',
    description: 'Compare two sets of features: fid, kid, fvd, kvd',
    load: () => import('./commands/tools/distance.ts'),
  },
  {
    name: 'power',
    description: 'Say how many clips a difference needs, and what a number of clips shows',
    load: () => import('./commands/tools/power.ts'),
  },
  {
    name: 'explain',
    description:
      'Score the same videos under every recipe of fid, kid, fvd or kvd, and say at which stage they part; or one clip, frame by frame',
    load: () => import('./commands/explain/explain.ts'),
  },
  {
    name: 'masks',
    description: 'Draw masks of objects through a video, from boxes or points (SAM 2)',
    load: () => import('./commands/tools/masks.ts'),
  },
  {
    name: 'track',
    description: 'Track points through a video',
    load: () => import('./commands/tools/track.ts'),
  },
  {
    name: 'scenes',
    description: 'Make scenes of our own physics in the files of a dataset, so that everything can be tried without it',
    load: () => import('./commands/tools/scenes.ts'),
  },
  {
    name: 'weights',
    description: 'The pretrained weights that metrics and generators need: list, download, import, verify',
    load: () => import('./commands/tools/weights.ts'),
  },
  {
    name: 'gpu',
    description: 'Set up CUDA for an NVIDIA card: fetch its libraries into the cache folder',
    load: () => import('./commands/machine/gpu.ts'),
  },
  {
    name: 'runtime',
    description: 'onnxruntime, which runs the networks: say whether it is here, fetch it now, or take it from a file',
    load: () => import('./commands/machine/runtime.ts'),
  },
  {
    name: 'metrics',
    description: 'List the metrics, their recipes and what each recipe fixes',
    load: () => import('./commands/tools/metrics.ts'),
  },
  {
    name: 'cache',
    description: 'Say how much features and tracks take on the disk, and take out what was longest unused',
    load: () => import('./commands/tools/cache.ts'),
  },
  {
    name: 'doctor',
    description: 'Check this machine: Node, decoders, providers, weights',
    load: () => import('./commands/machine/doctor.ts'),
  },
  {
    name: 'completion',
    description: 'Print a script by which bash, zsh or fish completes commands, options and their values',
    load: () => import('./commands/shell/completion.ts'),
    ofAll: true,
  },
  {
    name: 'config',
    description: 'Say which settings hold, and from where: kinemetric.json and the environment',
    load: () => import('./commands/shell/config.ts'),
    ofAll: true,
  },
]
