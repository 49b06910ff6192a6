import type { DefineCommand } from '../../output/exit-code.ts'
import { defineList } from './methods-list.ts'
import { defineShow } from './methods-show.ts'
import { defineTest } from './methods-test.ts'

/** `kinemetric methods list | show | test`. */
export const define: DefineCommand = (command, settle) => {
  defineList(command.command('list'), settle)
  defineShow(command.command('show'), settle)
  defineTest(command.command('test'), settle)
}
