import { errorsOf } from '@kinemetric/files'

/**
 * What is wrong with a command line beyond what its parser sees: `bad-option` (options that do not go together, a value that nothing knows) ·
 * `bad-config` (a file of settings says what no command takes) · `no-clips` (nothing came of any clip) · `interrupted` (Ctrl-C or SIGTERM) · `output-lost` (standard output cannot be written).
 */
export const cliError = errorsOf({
  'bad-option': 'input',
  'bad-config': 'input',
  'no-clips': 'input',
  interrupted: 'stopped',
  'output-lost': 'disk',
})
