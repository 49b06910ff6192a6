/** A data set's paper, as metrics have theirs. */
export interface CitedData {
  id: string
  title: string
  /** `Goyal et al., Title of the paper, ICCV 2017`. */
  cite: string
}

const somethingSomething: CitedData = {
  id: 'something-something-v2',
  title: 'Something-Something-v2',
  cite: 'Goyal et al., The “something something” video database for learning and evaluating visual common sense, ICCV 2017',
}

const somethingElse: CitedData = {
  id: 'something-else',
  title: 'Something-Else',
  cite: 'Materzynska et al., Something-Else: Compositional Action Recognition with Spatial-Temporal Interaction Networks, CVPR 2020',
}

const clevrer: CitedData = {
  id: 'clevrer',
  title: 'CLEVRER',
  cite: 'Yi et al., CLEVRER: Collision Events for Video Representation and Reasoning, ICLR 2020',
}

/** Data sets behind the published protocols. The physics scenes are this project's own. */
const dataOfProtocols: Readonly<Record<string, readonly CitedData[]>> = {
  'ssv2-256x384': [somethingSomething, somethingElse],
  'ssv2-256x256': [somethingSomething, somethingElse],
  'interdyn-256x384': [somethingSomething],
  'interdyn-256x256': [somethingSomething],
  'clevrer-320x448': [clevrer],
}

/** Papers of the data sets behind a published protocol; none for a protocol of one's own, whose data only its author knows. */
export function citedDataOf(protocol: string): readonly CitedData[] {
  return Object.hasOwn(dataOfProtocols, protocol) ? dataOfProtocols[protocol] : []
}
