// The page of a clip, for all clips of a protocol.
import { element } from '../../../src/markup/element.ts'
import { ClipPage } from './clip/page/clip-page.ts'
import { DataError } from './data/load-data.ts'
import { loadProtocol } from './data/protocol-data.ts'
import { toDom } from './page/to-dom.ts'

const root = document.querySelector<HTMLElement>('[data-clip-page]')
if (root) {
  loadProtocol()
    .then((protocol) => new ClipPage(root, protocol).open())
    .catch((error: unknown) => {
      if (!(error instanceof DataError)) throw error
      root.replaceChildren(
        toDom(element('h1', {}, 'Clip')),
        toDom(element('p', { class: 'notice', role: 'alert' }, error.message)),
      )
    })
}
