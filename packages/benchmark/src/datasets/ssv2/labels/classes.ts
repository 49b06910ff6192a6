/** Classes in which something is done behind something, so that the one hides the other. Of the official 174 templates. */
const occluding: readonly string[] = [
  'Dropping [something] behind [something]',
  'Holding [something] behind [something]',
  'Pulling [something] from behind of [something]',
  'Putting [something] behind [something]',
  'Showing [something] behind [something]',
  'Spilling [something] behind [something]',
]

/** Here the thing behind comes into view. InterDyn's authors have it among their published examples, although they leave "behind" out. */
const revealing = 'Removing [something], revealing [something] behind'

/** Which classes with something behind something are left out: those that hide (6), the one that reveals too (7), none. */
export type BehindRule = 'occluding' | 'any' | 'keep'

/** Whether a template is of the 22 classes in which something is only pretended. */
export function isPretending(template: string): boolean {
  return template.startsWith('Pretending')
}

/** Whether a template is left out for something being behind something. */
export function isBehind(template: string, rule: BehindRule): boolean {
  if (rule === 'keep') return false
  return occluding.includes(template) || (rule === 'any' && template === revealing)
}

/** The class of a template by the name that the label file has for it: the brackets are gone, what stands in them stays. */
export function classOf(template: string): string {
  return template.replaceAll(/[[\]]/g, '')
}

/** Classes that the label file of the data set has. */
export const classCount = 174
