import { temporaryFolder as make } from '../../../test/temporary-folder.ts'

/** A new empty folder (its real path) that is removed when the test file ends. */
export function temporaryFolder(): Promise<string> {
  return make('kinemetric-files-')
}
