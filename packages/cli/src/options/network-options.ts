import { Option } from 'commander'
import type { Provider } from '@kinemetric/networks'
import { wholeNumber } from './whole-number.ts'

/** What commands that run a network are told about where. */
export interface NetworkFlags {
  provider?: Provider | undefined
  threads?: number | undefined
}

export function providerOption(): Option {
  return new Option('--provider <provider>', 'where networks run (default: cpu)').choices(['cpu', 'webgpu', 'cuda'])
}

export function threadsOption(): Option {
  return new Option(
    '--threads <n>',
    "threads of the networks (default: KINEMETRIC_THREADS, else the machine's cores)",
  ).argParser(wholeNumber(1))
}

/** @param work what the processes do @param same what is the same for any number of them */
export function jobsOption(work: string, same: string): Option {
  return new Option(
    '--jobs <n>',
    `how many processes ${work}, each with networks of one thread; ${same} the same for any number (default: what cores and memory allow, where there are clips enough)`,
  ).argParser(wholeNumber(1))
}
