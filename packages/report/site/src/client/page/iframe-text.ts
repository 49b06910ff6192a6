/**
 * The markup of a frame for another page.
 * @param link address of the page that is shown, with its query; the frame has the same of `embed.html`
 * @param height CSS pixels
 */
export function iframeText(link: string, title: string, height: number): string {
  const source = link.replace(/[^/]*\.html/, 'embed.html')
  return `<iframe loading="lazy" src="${attribute(source)}" title="${attribute(title)}" width="100%" height="${Math.ceil(height)}"></iframe>`
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
