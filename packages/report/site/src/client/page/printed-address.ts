import { addressWithResults } from '../address/address-with-results.ts'

/** Puts the address at the foot of the page while it is printed. */
export function printAddress(): void {
  const line = document.createElement('p')
  addEventListener('beforeprint', () => {
    line.textContent = addressWithResults(location.href, document.documentElement.dataset.board ?? '')
    document.querySelector('.site-foot .wrap')?.append(line)
  })
  addEventListener('afterprint', () => line.remove())
}
