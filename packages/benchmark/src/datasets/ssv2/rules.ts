import { benchmarkError } from '../../failures/benchmark-error.ts'
import type { ProtocolIdentity } from '../../protocol/protocol.ts'
import { protocols } from '../../protocol/protocols.ts'
import type { CheckedFrames, ClipLength } from '../../selection/window.ts'
import type { Ssv2Options } from './options.ts'
import { videoFps } from './labels/releases.ts'

/** The rules that a row is held against, in numbers. */
export interface Ssv2Rules extends ClipLength {
  /** [height, width] of the prepared clips. */
  size: readonly [number, number]
  /** Frames that a video must have, and a window. */
  minFrames: number
  checked: CheckedFrames
  options: Ssv2Options
}

/**
 * What options and protocol say together: the protocol has size, number of frames and rate.
 * @throws KinemetricError `bad-protocol` where the protocol fixes none of them, `bad-option` for windows shorter than the clips
 */
export function rulesOf(options: Ssv2Options, protocol: ProtocolIdentity): Ssv2Rules {
  const { window, geometry, id } = protocol
  const stride = window.stride ?? (window.fps === null ? 1 : videoFps / window.fps)
  if (geometry === null || geometry.fit !== 'cover' || window.frames === 'all' || !Number.isInteger(stride))
    throw benchmarkError('bad-protocol', id, {
      expected: `a protocol with a size to cover, a number of frames, and a rate that ${videoFps} frames a second divide into (ssv2-256x384, ssv2-256x256, or one of your own)`,
      found: `${geometry === null ? 'no size' : geometry.fit}, ${window.frames} frames, ${window.fps === null ? 'no rate' : `${window.fps} a second`}`,
    })
  if (window.resample !== undefined || window.start !== 0)
    throw benchmarkError('bad-protocol', id, {
      expected: 'windows from frame 0 on, not resampled: each clip has its own start, by its boxes',
      found: window.resample === undefined ? `window.start ${window.start}` : `window.resample ${window.resample}`,
    })
  // Scores are signed with the protocol's crop.
  if (geometry.crop !== 'clip' && options.crop !== 'centre')
    throw benchmarkError('bad-option', '--crop', {
      expected: `centre, as the geometry.crop of ${id} is`,
      found: options.crop,
      then: 'a protocol with "crop": "clip" in its geometry (ssv2-256x384, or one of your own made from it) takes the others',
    })
  const { frames } = window
  const [height, width] = geometry.size
  const fixed = { size: `${height}x${width}`, frames, stride }
  for (const name of ['size', 'frames', 'stride'] as const)
    if (options[name] !== undefined && options[name] !== fixed[name])
      throw benchmarkError('bad-option', `--${name}`, {
        expected: `${fixed[name]}, which the protocol ${id} has`,
        found: `${options[name]}`,
        then: howToHave(id, fieldOf(name, options)),
      })
  const least = (frames - 1) * stride + 1
  const minFrames = options.minFrames ?? frames * stride
  if (minFrames < least)
    throw benchmarkError('bad-option', '--min-frames', {
      expected: `${least} or more (${frames} frames at stride ${stride})`,
      found: `${minFrames}`,
    })
  const checked = { continuous: options.visibleFrames, 'first-frame': 'first', none: 'none' } as const
  return { size: geometry.size, frames, stride, minFrames, checked: checked[options.visible], options }
}

/** The field of a protocol that says what an option asked for. */
function fieldOf(name: 'size' | 'frames' | 'stride', { size = '', frames, stride }: Ssv2Options): string {
  if (name === 'size') return `"geometry": {"size": [${size.replace('x', ', ')}], …}`
  return name === 'frames' ? `"window": {"frames": ${frames}, …}` : `"window": {"stride": ${stride}, …} without "fps"`
}

/** What the protocol fixes is no option, so that two records of one protocol are of the same clips: another value is another protocol. */
function howToHave(id: string, field: string): string {
  const from = protocols.some(({ identity }) => identity.id === id) ? ` --from ${id}` : ''
  return `for another one make a protocol of your own: kinemetric protocol init${from} > mine.json, write ${field} in it, and give --protocol mine.json`
}
