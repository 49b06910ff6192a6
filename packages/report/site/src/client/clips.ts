import { openClipsPage } from './clips/clips-page.ts'
import { closingMenus } from './page/say-copied.ts'

const root = document.querySelector<HTMLElement>('[data-clips-page]')
if (root) {
  closingMenus()
  void openClipsPage(root)
}
