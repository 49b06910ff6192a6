/** A recipe's setting; a recipe that has none of that name is without it. */
export function settingText(value: unknown): string {
  return value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value)
}
