import { compareResults } from '@kinemetric/evaluation'
import type { Comparisons } from '@kinemetric/records'

/**
 * What the methods of a results folder differ by, for who prints a table of it: taken from beside the records where these have not changed, else found
 * now, as far as that takes seconds. What is warned of twice is told once.
 */
export function comparedResults(results: string, tell: (text: string) => void): Promise<Comparisons[]> {
  return compareResults(results, {
    atOnce: true,
    onWarning: (message) => {
      // Who reads the records tells this itself.
      if (!message.startsWith('left out: ')) tell(`warning: ${message}`)
    },
  })
}
