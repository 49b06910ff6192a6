// Tracks and the control signal over pictures: loaded with the first that is switched on.
import { overlays } from '../clip/overlay/overlays.ts'

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, overlays }
