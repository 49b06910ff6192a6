// What stands below the player of a clip: loaded when a reader comes near it.
import { clipValues } from '../clip/page/clip-parts.ts'

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, values: clipValues }
