// What a reader chose of a player, and how addresses say it. Defaults are left out of them.
import type { Address } from '../../address/address.ts'
import type { AddressReader } from '../../address/read-values.ts'
import type { PlayerClip } from './player-clip.ts'

export const views = ['side', 'wipe', 'difference', 'onion'] as const
export type View = (typeof views)[number]
export const zooms = [1, 2, 4] as const
export const speeds = [0.25, 0.5, 1, 2] as const
export const overlays = ['tracks', 'points', 'control'] as const
export type Overlay = (typeof overlays)[number]

export interface Loop {
  first: number
  last: number
}

export interface PlayerState {
  frame: number
  loop: Loop | null
  /** Keys of the sides that have a tile beside the reference, in order. */
  tiles: readonly string[]
  view: View
  /** Per cent of the picture. */
  wipe: number
  gain: number
  zoom: { times: number; x: number; y: number }
  speed: number
  on: ReadonlySet<Overlay>
}

/** How many methods have a tile where the address names none. */
export interface Room {
  methods: number
  control: boolean
}

/** Tiles where the address names none: the methods first named, or the first ones that model something, with the control signal where there is room. */
export function usualTiles(clip: PlayerClip, room: Room, named: readonly string[] = []): string[] {
  const methods = clip.sides.filter(({ key }) => key !== 'reference' && key !== 'control')
  const rank = ({ key, trivial, video }: (typeof methods)[number]) =>
    (named.includes(key) ? named.indexOf(key) - 10 : 0) + (video === null ? 2 : 0) + (trivial ? 1 : 0)
  const chosen = methods.toSorted((a, b) => rank(a) - rank(b)).slice(0, room.methods)
  const control = room.control && clip.sides.some(({ key, video }) => key === 'control' && video !== null)
  return [...(control ? ['control'] : []), ...chosen.map(({ key }) => key)]
}

/** Reads the player's keys; what is unknown is left with the reader, to be told. */
export function readPlayerState(reader: AddressReader, clip: PlayerClip, usual: readonly string[]): PlayerState {
  const keys = clip.sides.map(({ key }) => key).filter((key) => key !== 'reference')
  const chosen = reader.choices('m', keys)
  return {
    frame: reader.whole('t', { low: 0, high: clip.frames - 1 }) ?? 0,
    loop: reader.loop('l', clip.frames) ?? null,
    tiles: chosen === undefined || chosen.length === 0 ? usual : chosen,
    view: reader.choice('v', views) ?? 'side',
    wipe: reader.number('w', { low: 0, high: 100 }) ?? 50,
    gain: reader.whole('g', { low: 1, high: 8 }) ?? 4,
    zoom: reader.zoom('z', zooms) ?? { times: 1, x: 50, y: 50 },
    speed: Number(reader.choice('s', speeds.map(String)) ?? 1),
    on: new Set(reader.choices('on', overlays) ?? []),
  }
}

/** The player's part of an address. */
export function writePlayerState(state: PlayerState, usual: readonly string[]): Address {
  const { frame, loop, tiles, view, wipe, gain, zoom, speed, on } = state
  const all = {
    m: unless(tiles.join() === usual.join(), tiles.join()),
    t: unless(frame === 0, String(frame)),
    l: loop === null ? undefined : `${loop.first}-${loop.last}`,
    v: unless(view === 'side', view),
    w: unless(view !== 'wipe' || wipe === 50, String(Math.round(wipe))),
    g: unless(view !== 'difference' || gain === 4, String(gain)),
    z: unless(zoom.times === 1, `${zoom.times}@${Math.round(zoom.x)},${Math.round(zoom.y)}`),
    s: unless(speed === 1, String(speed)),
    on: unless(on.size === 0, overlays.filter((name) => on.has(name)).join()),
  }
  const address: Address = {}
  for (const [key, value] of Object.entries(all)) if (value !== undefined) Object.assign(address, { [key]: value })
  return address
}

function unless(isDefault: boolean, text: string): string | undefined {
  return isDefault ? undefined : text
}

/** The two sides that wipe, difference and onion lay over each other: the first method on the left, the second or else the reference on the right. */
export function pairOf(tiles: readonly string[]): { left: string; right: string } | null {
  const methods = tiles.filter((key) => !key.startsWith('control'))
  if (methods.length === 0) return tiles.length === 0 ? null : { left: tiles[0], right: 'reference' }
  return { left: methods[0], right: methods[1] ?? 'reference' }
}
