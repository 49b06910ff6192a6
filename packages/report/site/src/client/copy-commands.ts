// Commands that can be taken from the page.
import { copyText } from './page/say-copied.ts'

for (const button of document.querySelectorAll<HTMLElement>('[data-copy-command]')) {
  button.hidden = false
  button.addEventListener('click', () => void copyText(button.dataset.copyCommand ?? '', 'command', button))
}
