// The dialog of the keys: loaded when it is asked for.
import { showHelp } from '../clip/player/keys-dialog.ts'

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, help: showHelp }
