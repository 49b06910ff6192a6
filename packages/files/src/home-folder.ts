import { homedir } from 'node:os'

/**
 * The user's home: `$HOME` where that is set, else what the system says.
 * @returns undefined for a user without one (a container that was started with a bare user id), where Node's own function throws
 */
export function homeFolder({ HOME }: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  if (HOME !== undefined && HOME !== '') return HOME
  try {
    return homedir() || undefined
  } catch {
    return undefined
  }
}
