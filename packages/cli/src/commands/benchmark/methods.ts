import type { DefineCommand } from '../../output/exit-code.ts'
import { defineTest } from './methods-test.ts'

/** `kinemetric methods test`. */
export const define: DefineCommand = (command, settle) => {
  defineTest(command.command('test'), settle)
}
