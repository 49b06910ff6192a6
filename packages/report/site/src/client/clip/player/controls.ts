// The controls of a player: what they are, not what they do.
import { swatch } from '../../../../../src/charts/method-style.ts'
import { element, type Markup } from '../../../../../src/markup/element.ts'
import type { PlayerClip } from './player-clip.ts'
import { type PlayerState, speeds, zooms } from './player-state.ts'

const viewNames = { side: 'side by side', wipe: 'wipe', difference: 'difference', onion: 'onion' }
const speedNames: Record<number, string> = { 0.25: '¼×', 0.5: '½×', 1: '1×', 2: '2×' }

/** The bar below the pictures. */
export function playbackBar(clip: PlayerClip): Markup {
  const last = String(clip.frames - 1)
  return element(
    'div',
    { class: 'bar', role: 'group', 'aria-label': 'Playback' },
    button('play', 'Play', { class: 'button play' }),
    button('back', '‹', { 'aria-label': 'One frame back' }),
    button('forward', '›', { 'aria-label': 'One frame on' }),
    element('output', { 'aria-hidden': 'true' }, `frame … of ${last}`),
    element('input', {
      type: 'range',
      min: '0',
      max: last,
      step: '1',
      value: '0',
      'aria-label': 'Frame',
      'data-scrub': true,
    }),
  )
}

/** How the pictures are shown. */
export function settingsBar(clip: PlayerClip, state: PlayerState): Markup {
  const has = (key: string) => clip.sides.some((side) => side.key === key && side.video !== null)
  const tracked = clip.sides.some(({ hasTracks }) => hasTracks)
  return element(
    'div',
    { class: 'settings', role: 'group', 'aria-label': 'View' },
    element(
      'label',
      {},
      'View ',
      element(
        'select',
        { 'data-set': 'view' },
        Object.entries(viewNames).map(([value, text]) => option(value, text, state.view)),
      ),
    ),
    range('wipe', 'Wipe', { min: '0', max: '100', value: String(Math.round(state.wipe)) }),
    range('gain', 'Gain', { min: '1', max: '8', value: String(state.gain) }),
    element(
      'label',
      {},
      'Zoom ',
      element(
        'select',
        { 'data-set': 'zoom' },
        zooms.map((times) => option(String(times), `${times}×`, String(state.zoom.times))),
      ),
    ),
    range('zoom-x', 'Across', { min: '0', max: '100', value: String(Math.round(state.zoom.x)) }),
    range('zoom-y', 'Down', { min: '0', max: '100', value: String(Math.round(state.zoom.y)) }),
    element(
      'label',
      {},
      'Speed ',
      element(
        'select',
        { 'data-set': 'speed' },
        speeds.map((speed) => option(String(speed), speedNames[speed], String(state.speed))),
      ),
    ),
    button('loop', 'Loop from here'),
    tracked && check('tracks', 'Tracks', state),
    tracked && check('points', 'All points', state),
    has('control') && check('control', 'Control over all', state),
    button('keys', 'Keys', { 'aria-keyshortcuts': '?' }),
  )
}

/** A button a side that may have a tile. */
export function sideChips(clip: PlayerClip, tiles: readonly string[]): Markup {
  return element(
    'div',
    { class: 'chips', role: 'group', 'aria-label': 'Shown beside the reference' },
    clip.sides
      .filter(({ key }) => key !== 'reference')
      .map(({ key, name, series }) =>
        element(
          'button',
          { type: 'button', class: 'chip', 'data-side': key, 'aria-pressed': String(tiles.includes(key)) },
          series > 0 && swatch(series),
          name,
        ),
      ),
  )
}

function option(value: string, text: string, current: string): Markup {
  return element('option', { value, selected: value === current }, text)
}

function button(action: string, text: string, attributes: Markup['attributes'] = {}): Markup {
  return element('button', { type: 'button', class: 'button', 'data-action': action, ...attributes }, text)
}

function check(
  overlay: PlayerState['on'] extends ReadonlySet<infer T> ? T : never,
  text: string,
  state: PlayerState,
): Markup {
  return element(
    'label',
    {},
    element('input', { type: 'checkbox', 'data-on': overlay, checked: state.on.has(overlay) }),
    ` ${text}`,
  )
}

function range(name: string, text: string, attributes: Markup['attributes']): Markup {
  return element(
    'label',
    { 'data-for': name, hidden: true },
    `${text} `,
    element('input', { type: 'range', step: '1', 'data-set': name, ...attributes }),
  )
}
