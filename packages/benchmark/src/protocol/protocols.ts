import { benchmarkError } from '../failures/benchmark-error.ts'
import { type MetricChoice, type Protocol, type ProtocolIdentity, protocolIdentitySchema } from './protocol.ts'

const bootstrap = { resamples: 1000, level: 0.95 }
const seeds = { bootstrap: 0, points: 0, shuffle: 0 }
const motion = { points: 100, maskThreshold: 127 }
const image = [
  { metric: 'psnr', recipe: 'frame-mean', default: true },
  { metric: 'ssim', recipe: 'gaussian-valid', default: true },
  { metric: 'lpips', recipe: 'alex', default: true },
]
const distribution = [
  { metric: 'fid', recipe: 'torch-fidelity', default: false },
  { metric: 'kid', recipe: 'full', default: false },
  { metric: 'fvd', recipe: 'stylegan-v', default: false },
  { metric: 'kvd', recipe: 'full', default: false },
]
const movement = (asDefault: boolean) => [
  { metric: 'motion-fidelity', recipe: 'interdyn', default: asDefault },
  { metric: 'endpoint-error', recipe: 'all-points', default: asDefault },
  { metric: 'tapvid-delta', recipe: 'tapvid-256', default: asDefault },
]

function interdyn(height: number, width: number): ProtocolIdentity {
  return {
    schema: 'kinemetric/protocol@1',
    id: `interdyn-${height}x${width}`,
    version: 1,
    title: `InterDyn ${height}×${width}`,
    summary:
      '14 frames, every (fps/6)th from the first; Pillow bicubic until both sides cover the size, centre crop; frame 0 is given and not scored',
    window: { frames: 14, start: 0, fps: 6 },
    geometry: {
      size: [height, width],
      video: 'pillow-bicubic',
      masks: 'torch-nearest',
      fit: 'cover',
      crop: 'centre-round-half-even',
    },
    excludedFrames: [0],
    metrics: [...image, ...distribution, ...movement(false)],
    motion,
    bootstrap,
    seeds,
  }
}

const physics: ProtocolIdentity = {
  ...interdyn(256, 384),
  id: 'physics-256x384',
  title: 'Physics 256×384',
  summary:
    'The benchmark that the demo makes: rigid bodies from above, one driver enters; 14 frames, frame 0 is given and not scored',
  metrics: [...image, ...movement(true), ...distribution],
}

/** The paper's selection of Something-Something-v2: its windows and crops stand in the clips. */
function ssv2(height: number, width: number): ProtocolIdentity {
  const like = interdyn(height, width)
  return {
    ...like,
    id: `ssv2-${height}x${width}`,
    title: `Something-Something-v2 ${height}×${width}`,
    summary:
      '14 frames at 6 a second from where hand and objects are in view; Pillow bicubic until both sides cover the size, crop around the objects; frame 0 is given and not scored',
    geometry: like.geometry && { ...like.geometry, crop: 'clip' },
  }
}

/** 480 × 320 pixels are covered as they are: nothing is scaled, the crop begins at the left 16. */
const clevrer: ProtocolIdentity = {
  ...interdyn(320, 448),
  id: 'clevrer-320x448',
  title: 'CLEVRER 320×448',
  summary:
    '14 frames, every 4th of 25 a second, from before the first collision; not scaled, 16 columns cropped on each side; frame 0 is given and not scored',
  window: { frames: 14, start: 0, fps: 6.25 },
}

/** The five seconds behind the cut, as they are. */
function physicsIq(fps: number): ProtocolIdentity {
  return {
    ...asIs,
    id: `physics-iq-${fps}fps`,
    title: `Physics-IQ at ${fps} frames a second`,
    summary:
      'five seconds of real scenes, each filmed twice from three views; frames at a quarter of their size, all scored',
    window: { frames: 5 * fps, start: 0, fps },
    metrics: ['script', 'table', 'verified'].map((recipe) => ({ metric: 'physics-iq', recipe, default: true })),
  }
}

const asIs: ProtocolIdentity = {
  schema: 'kinemetric/protocol@1',
  id: 'as-is',
  version: 1,
  title: 'As is',
  summary: 'every frame at its own size, none excluded',
  window: { frames: 'all', start: 0, fps: null },
  geometry: null,
  excludedFrames: [],
  metrics: [...image, ...distribution, ...movement(false)],
  motion,
  bootstrap,
  seeds,
}

/** Metrics that joined after the protocols were published: a line here changes no digest. Probes are of clips with a scene alone: without one they are left out. */
const added: readonly MetricChoice[] = [
  { metric: 'force-propagation', recipe: 'direction-45', default: true },
  { metric: 'false-motion', recipe: 'unreached', default: true },
  { metric: 'counterfactual', recipe: 'balanced', default: true },
  { metric: 'leakage', recipe: 'unaffected', default: true },
  // Consistency, which needs no weights: asked for by `all`, as the demo does.
  { metric: 'vbench-flicker', recipe: 'raw', default: false },
]

/** Protocols of data sets in which it is known what happens. */
const withScenes: readonly string[] = ['physics-256x384', 'clevrer-320x448']

/** Every protocol of the toolkit. One that has been published in a record is never edited: a change of its identity is a new version. */
export const protocols: readonly Protocol[] = [
  interdyn(256, 384),
  interdyn(256, 256),
  physics,
  asIs,
  ssv2(256, 384),
  ssv2(256, 256),
  clevrer,
  ...[8, 16, 24, 30].map(physicsIq),
].map((identity) =>
  freeze({
    identity: protocolIdentitySchema.parse(identity),
    added: withScenes.includes(identity.id) ? [...added] : [],
  }),
)

/** The protocol of that name. @throws KinemetricError `bad-protocol`, listing the names there are */
export function findProtocol(id: string, version?: number): Protocol {
  const found = protocols.find(
    ({ identity }) => identity.id === id && (version === undefined || identity.version === version),
  )
  if (found !== undefined) return found
  const names = protocols.map(({ identity }) => `${identity.id}@${identity.version}`).join(', ')
  throw benchmarkError(
    'bad-protocol',
    version === undefined ? id : `${id}@${version}`,
    `expected one of the protocols ${names}`,
  )
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) freeze(part)
    Object.freeze(value)
  }
  return value
}
