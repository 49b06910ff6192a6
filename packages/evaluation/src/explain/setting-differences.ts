type Settings = Readonly<Record<string, unknown>>

/** The settings of a recipe that are not those of another: [the other's, its own], undefined where one has none of that name. */
export function settingDifferences(base: Settings, own: Settings): Record<string, [unknown, unknown]> {
  const differs: Record<string, [unknown, unknown]> = {}
  for (const name of new Set([...Object.keys(base), ...Object.keys(own)]))
    if (base[name] !== own[name]) differs[name] = [base[name], own[name]]
  return differs
}
