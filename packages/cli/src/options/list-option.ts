import { InvalidArgumentError } from 'commander'

/** Parses a comma-separated option; repeated options add up. An empty list is a slip, not a wish for nothing. */
export function listOption(text: string, previous: readonly string[] = []): string[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length === 0) throw new InvalidArgumentError('expected at least one name, found none')
  return [...previous, ...parts]
}
