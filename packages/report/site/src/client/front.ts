// Clips of the front page play while they are pointed at or have the focus, unless the reader wants less motion.

const less = matchMedia('(prefers-reduced-motion: reduce)')

for (const link of document.querySelectorAll<HTMLElement>('.strip a')) {
  for (const name of ['pointerenter', 'focus']) link.addEventListener(name, () => play(link))
  for (const name of ['pointerleave', 'blur']) link.addEventListener(name, () => stop(link))
}

/** The still picture stays until the first frame is there. */
function play(link: HTMLElement): void {
  if (less.matches || link.querySelector('video') !== null) return
  for (const picture of link.querySelectorAll<SVGElement>('svg[data-video]')) {
    const video = document.createElement('video')
    Object.assign(video, { muted: true, loop: true, playsInline: true, src: picture.dataset.video })
    video.addEventListener('playing', () => video.classList.add('plays'))
    picture.after(video)
    // It may be taken away before it plays.
    void video.play().catch(() => undefined)
  }
}

function stop(link: HTMLElement): void {
  // Pointed at and focused are two reasons.
  if (link.matches(':hover, :focus-visible')) return
  for (const video of link.querySelectorAll('video')) {
    video.removeAttribute('src')
    video.remove()
  }
}
