import { Option } from 'commander'
import { adapters, flagOf, optionTexts } from '@kinemetric/benchmark'

const named = adapters.flatMap((adapter) => optionTexts(adapter).map((text) => ({ ...text, dataset: adapter.id })))

/** The options that datasets declare, for `prepare`. One name in several datasets is one option. */
export function datasetOptions(): Option[] {
  return [...Map.groupBy(named, ({ name }) => name)].map(([name, same]) => {
    const flag = flagOf(name)
    const [{ value, kind }] = same
    const described = [...Map.groupBy(same, ({ description }) => description)].map(
      ([description, of]) => `${of.map(({ dataset }) => dataset).join(', ')}: ${description}`,
    )
    const option = new Option(kind === 'flag' ? flag : `${flag} <${value}>`, described.join('; '))
    if (kind === 'list')
      option.argParser((text: string, given: readonly string[] | undefined) => [...(given ?? []), text])
    return option
  })
}

/** Those of them that were given: whether the dataset has them is checked where it is read. */
export function givenDatasetOptions(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    named.flatMap(({ name }) => (flags[name] === undefined ? [] : [[name, flags[name]] as const])),
  )
}
