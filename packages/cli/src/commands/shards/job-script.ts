/** What a job script is told. */
export interface JobAsk {
  /** The program and its arguments without `--shard`, as they are to stand in the script. */
  readonly command: readonly string[]
  readonly shards: number
  /** The command's last shard merges by itself, and the next stage wants the script again. */
  readonly mergesItself?: boolean | undefined
  readonly cpus: number
  /** As Slurm writes it: `8G`. */
  readonly memory: string
  /** As Slurm writes it: `04:00:00`. */
  readonly time: string
  readonly gpus: number
  /** On one machine: whether each shard is told how many processes are its part of the cores. */
  readonly sharesCores: boolean
  /** Seconds before the time limit at which a task ends its clip and goes back into the queue. */
  readonly warning: number
  readonly partition?: string | undefined
  readonly account?: string | undefined
  /** Folder of the shards' output. Where not given Slurm's is the folder that the job is handed in from. */
  readonly logs?: string | undefined
}

/** Waits for `$program` and keeps how it ended. A signal that is trapped ends a wait. */
const waited = `wait "$program"
code=$?
while kill -0 "$program" 2>/dev/null; do
  wait "$program"
  code=$?
done`

/**
 * A Slurm job script: an array of shards, each of which goes back into the queue before its time is up, or when it is preempted, and goes on from where it was.
 * `sbatch` reads its options from the comments.
 */
export function slurmScript(ask: JobAsk): string {
  const { shards, mergesItself, cpus, memory, time, gpus, warning, partition, account, logs } = ask
  const directives = [
    `--job-name=kinemetric`,
    `--array=1-${shards}`,
    '--ntasks=1',
    `--cpus-per-task=${cpus}`,
    `--mem=${memory}`,
    `--time=${time}`,
    ...(gpus > 0 ? [`--gpus-per-task=${gpus}`] : []),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    '--requeue',
    '--open-mode=append',
    // To this script alone, which tells the program.
    `--signal=B:USR1@${warning}`,
    `--output=${logs === undefined ? '' : `${logs.replace(/\/$/, '')}/`}kinemetric-%A_%a.out`,
  ]
  return `#!/bin/bash
${directives.map((directive) => `#SBATCH ${directive}`).join('\n')}
#
# sbatch this file; then, when the array is done:
${mergesItself ? '#   sbatch --dependency=afterok:<its job id> this file again, for each stage: prepare, run, score' : "#   sbatch --dependency=afterok:<its job id> --wrap '<kinemetric> merge <the --out folder>'"}
# A task that is preempted, killed or out of time goes on from its journal when it runs again; one that ran twice has the same lines.

command=(${ask.command.map(quoted).join(' ')})
shard="$SLURM_ARRAY_TASK_ID/${shards}"

echo "$(date -Is) shard $shard on $(hostname), start $((\${SLURM_RESTART_COUNT:-0} + 1))"
"\${command[@]}" --shard "$shard" &
program=$!
out_of_time=
# Slurm says so ${warning} s before the limit: the clip at work is ended, the rest is for the next start.
trap 'out_of_time=yes; kill -TERM "$program" 2>/dev/null' USR1
# Preempted or cancelled: Slurm itself puts back what is to run again.
trap 'kill -TERM "$program" 2>/dev/null' TERM
${waited}

if [ -n "$out_of_time" ] && [ "$code" -gt 1 ]; then
  echo "$(date -Is) shard $shard: out of time, back into the queue"
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
  exit 0
fi
# 1: all was measured, and some clips could not be; the journal says which.
[ "$code" -le 1 ] && exit 0
exit "$code"
`
}

/** What a script for one machine is told. */
export interface LocalJobAsk extends Pick<
  JobAsk,
  'command' | 'shards' | 'mergesItself' | 'gpus' | 'sharesCores' | 'logs'
> {
  /** What the program says on stderr are lines of JSON, which say themselves whose they are. */
  readonly tellsJson: boolean
}

/**
 * The same without Slurm: all shards at once on one machine, each with a card of its own where there are any. What a shard says goes to a file of its own, or has
 * its name before every line.
 */
export function localScript(ask: LocalJobAsk): string {
  const { command, shards, mergesItself, gpus, sharesCores, logs, tellsJson } = ask
  const then = mergesItself
    ? 'and once for each stage: prepare, run, score'
    : 'Then: <kinemetric> merge <the --out folder>'
  const card = gpus > 0 ? `CUDA_VISIBLE_DEVICES=$(((shard - 1) % ${gpus})) ` : ''
  const own = logs === undefined ? namedLines(shards, tellsJson) : logFiles(shards, logs)
  return `#!/bin/bash
# All shards at once on this machine${cardsText(gpus)}; run it again to go on where it was cut off${mergesItself ? ', ' : '. '}${then}

command=(${command.map(quoted).join(' ')})
${sharesCores ? `# The cores are shared out among the shards.\njobs=$(($(getconf _NPROCESSORS_ONLN) / ${shards}))\ncommand+=(--jobs "$((jobs > 0 ? jobs : 1))")\n` : ''}${own.before}
programs=()
trap 'kill -TERM "\${programs[@]}" 2>/dev/null' INT TERM
for shard in $(seq ${shards}); do
${own.each}  ${card}"\${command[@]}" --shard "$shard/${shards}" ${own.to} &
  programs+=($!)
done
worst=0
for program in "\${programs[@]}"; do
  ${waited.replaceAll('\n', '\n  ')}
  [ "$code" -gt "$worst" ] && worst=$code
done
${own.after}# 1: all was measured, and some clips could not be.
[ "$worst" -le 1 ] && exit 0
exit "$worst"
`
}

function cardsText(gpus: number): string {
  if (gpus === 0) return ''
  return gpus === 1 ? ', on one card' : `, on ${gpus} cards in turn`
}

/** Where a shard's output goes: what stands in the script before all shards, before each, behind each, and behind all. */
interface ShardOutput {
  readonly before: string
  readonly each: string
  readonly to: string
  readonly after: string
}

/** Added to, as Slurm does, when the script runs again. */
function logFiles(shards: number, logs: string): ShardOutput {
  const folder = quoted(logs.replace(/(?<=.)\/$/, ''))
  return {
    before: `# What each says is in files of its own.\nlogs=${folder}\nmkdir -p "$logs" || exit 2`,
    each: '',
    to: `>> "$logs/kinemetric-$shard-of-${shards}.out" 2>&1`,
    after: `[ "$worst" -eq 0 ] || echo "not all went well: $logs/kinemetric-*-of-${shards}.out say what did not" >&2\n`,
  }
}

/** Through pipes, whose ends are waited for: the last line is there before the script ends. */
function namedLines(shards: number, tellsJson: boolean): ShardOutput {
  const namer = (stream: string, to: string) =>
    `  mkfifo "$pipes/$shard.${stream}"\n  named "$shard/${shards}" < "$pipes/$shard.${stream}"${to} &\n  namers+=($!)\n`
  return {
    before: `# Every line that a shard says has its name before it.
named() {
  # To its end, whatever the shards are told.
  trap '' INT TERM
  while IFS= read -r line || [ -n "$line" ]; do printf '%s  %s\\n' "$1" "$line"; done
}
pipes=$(mktemp -d) || exit 2
trap 'rm -rf "$pipes"' EXIT
namers=()`,
    each: `${namer('out', '')}${tellsJson ? '' : namer('err', ' >&2')}`,
    to: `> "$pipes/$shard.out"${tellsJson ? '' : ' 2> "$pipes/$shard.err"'}`,
    after: 'wait "${namers[@]}"\n',
  }
}

/** A word that bash takes as it is. */
export function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
