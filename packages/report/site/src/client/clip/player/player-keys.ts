import type { KeyAction } from './keys.ts'
import type { Player } from './player.ts'
import { type View, zooms } from './player-state.ts'

/** Keys of a player; the page adds its own. */
export function playerKeys(player: Player): KeyAction[] {
  const view = (name: View) => player.set({ view: player.state.view === name ? 'side' : name })
  const { frames } = player.clip
  return [
    { keys: [' ', 'k'], shown: 'Space', run: () => player.playing.toggle() },
    { keys: ['ArrowLeft', ','], shown: '← ,', run: () => player.step(-1) },
    { keys: ['ArrowRight', '.'], shown: '→ .', run: () => player.step(1) },
    { keys: ['ArrowLeft', '<'], shift: true, shown: 'Shift+←', run: () => player.step(-8) },
    { keys: ['ArrowRight', '>'], shift: true, shown: 'Shift+→', run: () => player.step(8) },
    { keys: ['Home'], shown: 'Home', run: () => player.step(-frames) },
    { keys: ['End'], shown: 'End', run: () => player.step(frames) },
    { keys: ['['], shown: '[', run: () => player.changeSpeed(-1) },
    { keys: [']'], shown: ']', run: () => player.changeSpeed(1) },
    { keys: ['l'], shown: 'l', run: () => player.markLoop() },
    { keys: ['s'], shown: 's', run: () => player.set({ view: 'side' }) },
    { keys: ['w'], shown: 'w', run: () => view('wipe') },
    { keys: ['d'], shown: 'd', run: () => view('difference') },
    { keys: ['o'], shown: 'o', run: () => view('onion') },
    ...Array.from({ length: 9 }, (_, at): KeyAction => {
      const shown = String(at + 1)
      return { keys: [shown], shown: at === 0 ? '1 – 9' : '', run: () => alone(player, at) }
    }),
    { keys: ['z'], shown: 'z', run: () => nextZoom(player) },
    { keys: ['t'], shown: 't', run: () => player.toggle('tracks') },
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
