// Pages whose address chooses nothing: a link made from other results, or one that names what no page knows, is told all the same.
import { AddressReader } from './address/read-values.ts'

const notices = new AddressReader(location.search).notices(document.documentElement.dataset.board ?? '')
if (notices.length > 0) {
  const said = document.createElement('p')
  said.className = 'notice'
  said.setAttribute('role', 'status')
  said.textContent = notices.join(' ')
  document.querySelector('main h1')?.after(said)
}
