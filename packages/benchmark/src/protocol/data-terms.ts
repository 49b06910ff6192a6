import type { DataTerms } from '@kinemetric/records'

const somethingSomething: DataTerms = {
  id: 'something-something-v2',
  title: 'Something-Something-v2',
  licence: 'its owner’s (20BN, now Qualcomm), which comes with it',
  url: '',
  mayBePublished: false,
  allows: 'Non-commercial research by whoever accepted its terms; its videos and labels may not be passed on.',
}

const clevrer: DataTerms = {
  id: 'clevrer',
  title: 'CLEVRER',
  licence: 'CC0-1.0',
  url: 'http://data.csail.mit.edu/clevrer/README.txt',
  mayBePublished: true,
  allows: 'Everything.',
}

const physics: DataTerms = {
  id: 'physics',
  title: 'Scenes that this program makes',
  licence: 'yours: whoever makes them owns them',
  url: '',
  mayBePublished: true,
  allows: 'Everything: they are made on the spot and of nobody else’s work.',
}

const termsOfProtocols: Readonly<Record<string, readonly DataTerms[]>> = {
  'ssv2-256x384': [somethingSomething],
  'ssv2-256x256': [somethingSomething],
  'interdyn-256x384': [somethingSomething],
  'interdyn-256x256': [somethingSomething],
  'clevrer-320x448': [clevrer],
  'physics-256x384': [physics],
}

/** The terms of the data behind a published protocol; none where nothing is known: of a protocol of one's own only its author knows. */
export function dataTermsOf(protocol: string): readonly DataTerms[] {
  return Object.hasOwn(termsOfProtocols, protocol) ? termsOfProtocols[protocol] : []
}
