// The page of a clip with and without one of its drivers: the player of clips, with both conditions of each side.
import { AddressReader } from './address/read-values.ts'
import { showAddress } from './address/show-address.ts'
import { playerOfPair, type PairVideo } from './clip/page/pair-view.ts'
import { listenToKeys } from './clip/player/keys.ts'
import { Player } from './clip/player/player.ts'
import { playerKeys } from './clip/player/player-keys.ts'
import { readPlayerState, writePlayerState } from './clip/player/player-state.ts'
import { pageBoard } from './data/load-data.ts'
import { element } from '../../../src/markup/element.ts'
import { toDom } from './page/to-dom.ts'

const root = document.querySelector<HTMLElement>('[data-pair-page]')
const content = root?.querySelector('script')?.textContent
if (root && content) {
  const { clip, frames, videos }: { clip: string; frames: number; videos: PairVideo[] } = JSON.parse(content)
  const { view, usual } = playerOfPair(clip, frames, videos)
  const reader = new AddressReader(location.search)
  const keys = listenToKeys(() => playerKeys(player), new AbortController().signal)
  const player = new Player(view, readPlayerState(reader, view, usual), {
    onChange: (state, settled) => settled && showAddress(writePlayerState(state, usual)),
    openKeys: () => keys.openHelp(),
  })
  root.append(
    ...reader.notices(pageBoard).map((text) => toDom(element('p', { class: 'notice' }, text))),
    player.element,
  )
}
