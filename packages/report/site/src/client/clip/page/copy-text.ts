import { element } from '../../../../../src/markup/element.ts'
import { toDom } from '../../page/to-dom.ts'

/**
 * Puts a text on the clipboard and answers true; where a browser does not let a page do that (plain http on another machine), a dialog shows it, selected.
 */
export async function copyText(text: string, title: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    showText(text, title)
    return false
  }
}

function showText(text: string, title: string): void {
  const dialog = toDom(
    element(
      'dialog',
      { class: 'copy-dialog', 'aria-label': title },
      element('p', {}, `${title}: the browser does not let this page copy; the text is selected.`),
      element('textarea', { readonly: true, rows: '4', 'aria-label': title }),
      element('button', { type: 'button', class: 'button' }, 'Close'),
    ),
  )
  if (!(dialog instanceof HTMLDialogElement)) return
  const area = dialog.querySelector('textarea')!
  area.value = text
  dialog.querySelector('button')!.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  area.select()
}
