// What pointers do on pictures: loaded when one is used.
import { listenToPointers } from '../clip/overlay/pointers.ts'

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, pointers: listenToPointers }
