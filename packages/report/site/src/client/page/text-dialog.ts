/** A dialog with a text, selected: for pages that may not write to the clipboard (plain http from another machine). */
export function showText(text: string, what: string): void {
  const dialog = document.createElement('dialog')
  dialog.className = 'text'
  const label = document.createElement('label')
  label.textContent = `${what}: this page may not write to the clipboard. Copy it from here.`
  const area = document.createElement('textarea')
  area.value = text
  area.readOnly = true
  area.spellcheck = false
  label.append(area)
  const close = document.createElement('button')
  close.type = 'button'
  close.className = 'button'
  close.textContent = 'Close'
  close.addEventListener('click', () => dialog.close())
  dialog.append(label, close)
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  area.focus()
  area.select()
}
