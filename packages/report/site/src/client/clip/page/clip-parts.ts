import { showText } from '../../page/text-dialog.ts'
import { framesTable } from '../player/frames-table.ts'
import { probesOf } from './probes-of-clip.ts'
import { unknownClip } from './unknown-clip.ts'
import { valuesCopy } from './values-copy.ts'
import { valuesTable, whyTable } from './values-table.ts'

/** What stands below the player, or in its place, in a script of its own. */
export const clipValues = { valuesTable, valuesCopy, whyTable, probesOf, framesTable, unknownClip, showText }
