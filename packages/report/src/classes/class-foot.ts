import type { ClassScores } from '@kinemetric/records'

/** What qualifies scores by class: whose means they are, that nothing is corrected, and what is in no row. */
export function classFoot(scores: ClassScores): string[] {
  const { by, labels, classes, clips, unlabelled, strangers, minClips, leftOut, columns, against, records } = scores
  const [level] = columns.flatMap(({ methods }) =>
    methods.flatMap((method) => [method.all, ...method.classes].flatMap((each) => each?.interval?.level ?? [])),
  )
  const range = level === undefined ? '' : `, with ${Math.round(100 * level)} % intervals over source videos`
  const foot = [
    `${count(classes.length, `${by} has`, `${plural(by)} have`)} a row (${labels.file}): what the metric makes of its clips alone${range}.`,
    classes.length > 1
      ? `${count(classes.length, 'class', 'classes')} are as many looks: intervals are not corrected for them, and nothing is tested.`
      : 'Nothing is tested.',
  ]
  if (against !== undefined)
    foot.push(
      `Differences are of the clips that both methods have, less ${records.find(({ method }) => method === against)?.name ?? against}; they are not tested: kinemetric compare --by ${by} does it, with a correction for the number of classes.`,
    )
  else if (records.length > 1)
    foot.push(
      `Which methods can be told apart in a class says kinemetric compare --by ${by}: intervals of two methods are not compared by eye.`,
    )
  if (unlabelled > 0)
    foot.push(`${unlabelled} of ${count(clips, 'clip', 'clips')} ${unlabelled === 1 ? 'has' : 'have'} no ${by}.`)
  if (strangers > 0) foot.push(`${count(strangers, 'label is', 'labels are')} of clips that no method has.`)
  if (leftOut.classes > 0)
    foot.push(
      `${count(leftOut.classes, `${by} of fewer than ${minClips} clips is`, `${plural(by)} of fewer than ${minClips} clips are`)} left out (${count(leftOut.clips, 'clip', 'clips')}).`,
    )
  return [...foot, ...refusals(scores)]
}

/** Metrics with the same reason in one sentence. */
function refusals({ refused, records }: ClassScores): string[] {
  const byReason = Map.groupBy(refused, ({ reason }) => reason)
  return [...byReason].map(([reason, list]) => {
    const names = list.map(({ metric, recipe, method }) => {
      const of = method === undefined ? '' : ` of ${records.find((each) => each.method === method)?.name ?? method}`
      return `${metric} ${recipe}${of}`
    })
    return `Not broken down: ${names.join(', ')} (${reason}).`
  })
}

function count(number: number, one: string, more: string): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : more}`
}

function plural(word: string): string {
  return word === 'class' ? 'classes' : `${word}s`
}
