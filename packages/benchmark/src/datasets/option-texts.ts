import { z } from 'zod'
import type { DatasetAdapter } from './dataset-adapter.ts'

/** An option of a dataset in words, for a command line. */
export interface OptionText {
  name: string
  /** What its value is called: `file`. */
  value: string
  /** `list`: it may be given several times · `flag`: it has no value. */
  kind: 'value' | 'list' | 'flag'
  description: string
  /** Whether its value decides what the clips are: not where it names a file or a folder, or only confirms what the protocol has (`confirms: true`). */
  decides: boolean
}

/** An option's name as a command line has it: `--min-size`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/**
 * Those of a dataset's options, checked, that decide its clips by their value: not those that name a file or a folder, whose content is in the clips themselves
 * and whose place is this machine's, nor those that confirm what the protocol has.
 */
export function decidingOptions(adapter: DatasetAdapter, checked: object): Record<string, unknown> {
  const others = optionTexts(adapter).filter(({ decides }) => !decides)
  return Object.fromEntries(Object.entries(checked).filter(([name]) => !others.some((other) => other.name === name)))
}

/** The options that an adapter declares, in words. */
export function optionTexts({ options }: DatasetAdapter): OptionText[] {
  return Object.entries(options.shape).map(([name, schema]) => {
    const { value, list, flag, confirms, description = '' } = z.globalRegistry.get(schema) ?? {}
    const kind = list === true ? 'list' : flag === true ? 'flag' : 'value'
    const decides = value !== 'file' && value !== 'folder' && confirms !== true
    return { name, value: typeof value === 'string' ? value : 'value', kind, description, decides }
  })
}
