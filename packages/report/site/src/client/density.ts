// How close rows stand: a choice of the reader's machine, in no address, kept where the browser keeps it. Runs in the head, before anything is drawn.
const key = 'kinemetric-density'

function kept(): boolean {
  try {
    return localStorage.getItem(key) === 'compact'
  } catch {
    return false
  }
}

function show(isCompact: boolean): void {
  if (isCompact) document.documentElement.dataset.density = 'compact'
  else delete document.documentElement.dataset.density
}

show(kept())

document.addEventListener('DOMContentLoaded', () => {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-density-toggle]')) {
    const tell = () =>
      button.setAttribute('aria-pressed', String(document.documentElement.dataset.density === 'compact'))
    tell()
    button.hidden = false
    button.addEventListener('click', () => {
      const isCompact = document.documentElement.dataset.density !== 'compact'
      show(isCompact)
      tell()
      try {
        if (isCompact) localStorage.setItem(key, 'compact')
        else localStorage.removeItem(key)
      } catch {
        // The choice then lasts for this page.
      }
    })
  }
})
