import { element } from '../../../../../src/markup/element.ts'
import { toDom } from '../../page/to-dom.ts'
import { copyText } from '../../page/say-copied.ts'
import type { Player } from '../player/player.ts'
import { makeSheet, readFrames, usualFrames } from './figure-sheet.ts'

/** Asks for the frames of a figure, makes it, and offers it with its caption. */
export function openFigure(player: Player, protocol: string, clip: string): void {
  const dialog = toDom(
    element(
      'dialog',
      { class: 'figure-dialog', 'aria-labelledby': 'figure-title' },
      element('h2', { id: 'figure-title' }, 'Figure'),
      element('p', {}, 'The sides that are shown, a row each; a column a frame.'),
      element(
        'label',
        {},
        'Frames ',
        element('input', { type: 'text', value: usualFrames(player.clip.frames).join(', ') }),
      ),
      element(
        'p',
        { class: 'figure-buttons' },
        element('button', { type: 'button', class: 'button', 'data-do': 'make' }, 'Make'),
        element('button', { type: 'button', class: 'button', 'data-do': 'close' }, 'Close'),
      ),
      element('p', { role: 'status' }),
      element('div', { class: 'figure-made take' }),
    ),
  )
  if (!(dialog instanceof HTMLDialogElement)) return
  const status = dialog.querySelector('[role=status]')!
  const made = dialog.querySelector('.figure-made')!
  const input = dialog.querySelector('input')!
  let address = ''
  const make = async () => {
    const frames = readFrames(input.value, player.clip.frames)
    if (frames === null || frames.length === 0) {
      status.textContent = `Expected frames from 0 to ${player.clip.frames - 1}, as 0, 4, 8-10.`
      return
    }
    if (location.protocol === 'file:') {
      status.textContent =
        'Opened from disk a browser gives no pixels out: serve the folder (kinemetric report serve SITE) to make a figure.'
      return
    }
    player.playing.stop()
    status.textContent = 'Making the figure…'
    try {
      const { canvas, caption } = await makeSheet(player, frames, protocol)
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
      if (blob === null) throw new DOMException('no picture')
      if (address !== '') URL.revokeObjectURL(address)
      address = URL.createObjectURL(blob)
      status.textContent = `${canvas.width} × ${canvas.height} pixels`
      showMade(made, address, clip, caption)
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      status.textContent = `The browser gives no pixels of these videos out (${error.name}).`
    }
  }
  dialog.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null
    if (button?.dataset.do === 'make') void make()
    if (button?.dataset.do === 'close') dialog.close()
  })
  dialog.addEventListener('close', () => {
    if (address !== '') URL.revokeObjectURL(address)
    dialog.remove()
  })
  document.body.append(dialog)
  dialog.showModal()
}

function showMade(place: Element, address: string, clip: string, caption: string): void {
  const name = `clip-${clip.replaceAll(/[^A-Za-z0-9_-]+/g, '-')}.png`
  place.replaceChildren(
    toDom(element('img', { src: address, alt: caption })),
    toDom(
      element(
        'p',
        {},
        element('a', { href: address, download: name }, `Save ${name}`),
        ' ',
        element('button', { type: 'button', class: 'button', 'data-do': 'caption' }, 'Copy caption'),
        element('span', { role: 'status', 'data-said': true }),
      ),
    ),
    toDom(element('pre', {}, caption)),
  )
  const copy = place.querySelector<HTMLElement>('[data-do=caption]')!
  copy.addEventListener('click', () => void copyText(caption, 'caption', copy))
}
