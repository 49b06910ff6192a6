import type { KeyAction } from './keys.ts'
import type { Player } from './player.ts'
import { type View, zooms } from './player-state.ts'

/** Keys of a player; the page adds its own. */
export function playerKeys(player: Player): KeyAction[] {
  const view = (name: View) => player.set({ view: player.state.view === name ? 'side' : name })
  const { frames } = player.clip
  return [
    { keys: [' ', 'k'], shown: 'Space', does: 'play or pause', run: () => player.playing.toggle() },
    { keys: ['ArrowLeft', ','], shown: '← ,', does: 'one frame back', run: () => player.step(-1) },
    { keys: ['ArrowRight', '.'], shown: '→ .', does: 'one frame on', run: () => player.step(1) },
    { keys: ['ArrowLeft', '<'], shift: true, shown: 'Shift+←', does: 'eight frames back', run: () => player.step(-8) },
    { keys: ['ArrowRight', '>'], shift: true, shown: 'Shift+→', does: 'eight frames on', run: () => player.step(8) },
    { keys: ['Home'], shown: 'Home', does: 'first frame', run: () => player.step(-frames) },
    { keys: ['End'], shown: 'End', does: 'last frame', run: () => player.step(frames) },
    { keys: ['['], shown: '[', does: 'slower', run: () => player.changeSpeed(-1) },
    { keys: [']'], shown: ']', does: 'faster', run: () => player.changeSpeed(1) },
    { keys: ['l'], shown: 'l', does: 'loop from here, again: to here, again: no loop', run: () => player.markLoop() },
    { keys: ['s'], shown: 's', does: 'side by side', run: () => player.set({ view: 'side' }) },
    { keys: ['w'], shown: 'w', does: 'wipe', run: () => view('wipe') },
    { keys: ['d'], shown: 'd', does: 'difference', run: () => view('difference') },
    { keys: ['o'], shown: 'o', does: 'onion', run: () => view('onion') },
    ...Array.from({ length: 9 }, (_, at): KeyAction => {
      const shown = String(at + 1)
      const does = at === 0 ? 'that method alone against the reference, again: back' : ''
      return { keys: [shown], shown: at === 0 ? '1 – 9' : '', does, run: () => alone(player, at) }
    }),
    { keys: ['z'], shown: 'z', does: 'zoom 1, 2, 4', run: () => nextZoom(player) },
    { keys: ['t'], shown: 't', does: 'tracks', run: () => player.toggle('tracks') },
  ]
}

/** To the next zoom and back to none after the last, as the key does it. */
function nextZoom(player: Player): void {
  const { zoom } = player.state
  const at = zooms.findIndex((times) => times === zoom.times)
  player.set({ zoom: { ...zoom, times: zooms[(at + 1) % zooms.length] } })
}

/** Shows one method against the reference; pressed again, what was shown before. */
function alone(player: Player, at: number): void {
  const methods = player.clip.sides.filter(({ key }) => key !== 'reference' && key !== 'control')
  const key = methods[at]?.key
  if (key === undefined) return
  const before = remembered.get(player)
  const { tiles } = player.state
  if (tiles.length === 1 && tiles[0] === key && before !== undefined) {
    remembered.delete(player)
    player.set({ tiles: before })
    return
  }
  if (before === undefined) remembered.set(player, tiles)
  player.set({ tiles: [key] })
}

const remembered = new WeakMap<Player, readonly string[]>()
