// The dialog of the keys: loaded when it is asked for.
import { showHelp } from '../clip/player/keys-dialog.ts'

declare global {
  interface KinemetricParts {
    /** The dialog of the keys. */
    help: typeof showHelp
  }
}

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, help: showHelp }
