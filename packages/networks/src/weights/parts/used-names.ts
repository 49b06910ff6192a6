/** Beginnings of names in groups: of each group the first counts that some tensor has. */
export type UsedGroups = readonly (readonly string[])[]

/** Which of a file's tensors are used; all of them where none begins as any of the groups. */
export function usedNames(groups: UsedGroups, names: readonly string[]): Set<string> {
  const beginnings = groups.flatMap((group) => group.find((text) => names.some((name) => name.startsWith(text))) ?? [])
  if (beginnings.length === 0) return new Set(names)
  return new Set(names.filter((name) => beginnings.some((text) => name.startsWith(text))))
}
