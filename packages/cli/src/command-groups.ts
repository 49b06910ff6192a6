/** Under which heading help lists a command, in the order in which a user meets them; within one the order is the table's. */
export const commandGroups: readonly { readonly title: string; readonly names: readonly string[] }[] = [
  {
    title: 'Score videos, and see which are better',
    names: ['score', 'compare', 'table', 'report', 'metrics', 'explain', 'features', 'distance', 'power'],
  },
  {
    title: 'Whole benchmarks',
    names: ['reproduce', 'prepare', 'protocol', 'run', 'methods', 'masks', 'track', 'scenes'],
  },
  { title: 'Shards, on several processes or machines', names: ['merge', 'status', 'slurm'] },
  { title: 'Check and publish', names: ['gate', 'verify', 'publish', 'diff', 'cite'] },
  {
    title: 'This machine',
    names: ['doctor', 'weights', 'runtime', 'gpu', 'cache', 'config', 'completion'],
  },
]

/** The heading of a command. */
export function headingOf(name: string): string {
  return `${commandGroups.find(({ names }) => names.includes(name))?.title ?? 'More'}:`
}
