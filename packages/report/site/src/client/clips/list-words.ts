import { printedNumber } from '../../../../src/data-files/printed-codes.ts'
import type { ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import type { ListChoice } from './list-choice.ts'
import type { PickedClips } from './pick-clips.ts'

/** How many clips there are, and what may be read out of them. */
export function sentenceOf({ head }: ProtocolData, choice: ListChoice, picked: PickedClips): string {
  const count = `${number(picked.rows.length)} of ${number(head.clips)} clips.`
  if (picked.rows.length === 0) return 'No clip fits.'
  if (choice.by !== null || choice.low !== null || choice.high !== null)
    return `${count} Chosen by their difference: they show where the two differ, not which is better.`
  if (choice.order === 'fail' || choice.order === 'apart' || choice.order === 'none')
    return `${count} Chosen or ordered by their values: they show cases, not how often they occur.`
  if (choice.b < 0)
    return `${count} One method only, so there is no B: its floor is a number of all clips together, not of each.`
  if (choice.a === choice.b) return count
  const even = picked.both - picked.better - picked.worse
  return (
    `${count} A is better on ${number(picked.better)}, B on ${number(picked.worse)} of the ${number(picked.both)} that both have` +
    `${even > 0 ? `; on ${number(even)} the printed numbers agree` : ''}.`
  )
}

/** The filters in one line, for a form that is folded. */
export function summaryOf({ head, classes }: ProtocolData, choice: ListChoice): string {
  const metric = head.metrics[choice.metric]
  const parts = [metric.label, `A ${head.methods[choice.a]?.name ?? 'none'}`]
  if (choice.b >= 0) parts.push(`B ${head.methods[choice.b].name}`)
  if (choice.by !== null) parts.push(`by at least ${printedNumber(choice.by, metric.decimals)}`)
  if (choice.class >= 0) parts.push(classes[choice.class])
  if (choice.text !== '') parts.push(`‘${choice.text}’`)
  return parts.join(' · ')
}

function number(value: number): string {
  return printedNumber(value, 0)
}
