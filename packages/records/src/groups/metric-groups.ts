/** What metrics are asked. A finer group lies within one and answers a part of its question. */
export interface MetricGroup {
  readonly id: string
  readonly title: string
  readonly question: string
  readonly within?: string
}

/** The groups in the order in which everything shows them, finer ones behind the one that they lie in. A metric names its group by id. */
export const metricGroups = [
  { id: 'image', title: 'Image quality', question: 'Does each frame look as it should?' },
  { id: 'motion', title: 'Motion', question: 'Does what is to be seen move as it should?' },
  { id: 'distribution', title: 'Distribution', question: 'Do all videos together look like the reference’s?' },
  {
    id: 'prdc',
    title: 'Precision and recall',
    question: 'How much of them lies among the reference, and how much of it do they reach?',
    within: 'distribution',
  },
  { id: 'physics', title: 'Physics', question: 'Does what happens obey the laws of the world?' },
  { id: 'probes', title: 'Probes', question: 'Does what should happen happen, and nothing else?', within: 'physics' },
  { id: 'consistency', title: 'Consistency', question: 'Does a video stay itself from frame to frame?' },
] as const satisfies readonly MetricGroup[]

export type MetricGroupId = (typeof metricGroups)[number]['id']

/** A metric as far as its group goes: what its catalogue or a record says of it. */
export interface Grouped {
  id: string
  group: string | undefined
}

/** The group of an id; undefined where a newer version knows it, or nobody does. */
export function findGroup(id: string | undefined): MetricGroup | undefined {
  return metricGroups.find((group) => group.id === id)
}

/** Whether a group is that one or lies within it. */
export function isInGroup(group: string | undefined, id: string): boolean {
  return group === id || findGroup(group)?.within === id
}

/** The ids of a group's metrics, with those of finer groups, in their order; undefined where the name is a metric's, or no group's. */
export function membersOfGroup(name: string, known: readonly Grouped[]): string[] | undefined {
  if (known.some(({ id }) => id === name)) return undefined
  const members = known.filter(({ group }) => isInGroup(group, name)).map(({ id }) => id)
  return members.length === 0 ? undefined : members
}

/** Names with each group in the place of which its metrics stand, each name once. What is neither stays for others to refuse. */
export function withoutGroups(names: readonly string[], known: readonly Grouped[]): string[] {
  return [...new Set(names.flatMap((name) => membersOfGroup(name, known) ?? [name]))]
}

/** The groups that metrics are in, finer ones and what they lie in, in their order. */
export function groupsOf(known: readonly Grouped[]): string[] {
  return metricGroups.map(({ id }) => id).filter((id) => known.some(({ group }) => isInGroup(group, id)))
}
