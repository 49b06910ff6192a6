import { z } from 'zod'
import type { DatasetAdapter } from './dataset-adapter.ts'

/** An option of a dataset in words, for a command line. */
export interface OptionText {
  name: string
  /** What its value is called: `file`. */
  value: string
  description: string
}

/** The options that an adapter declares, in words. */
export function optionTexts({ options }: DatasetAdapter): OptionText[] {
  return Object.entries(options.shape).map(([name, schema]) => {
    const { value, description = '' } = z.globalRegistry.get(schema) ?? {}
    return { name, value: typeof value === 'string' ? value : 'value', description }
  })
}
