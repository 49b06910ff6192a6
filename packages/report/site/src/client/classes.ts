// Tables by class: ordered by their heads, narrowed to classes by name and number of clips, one metric at a time. Without it all of them stand one below another.
import { AddressReader } from './address/read-values.ts'
import { showAddress } from './address/show-address.ts'
import { sortable } from './page/sort-table.ts'

const form = document.querySelector<HTMLFormElement>('[data-class-filter]')
const sections = [...document.querySelectorAll<HTMLElement>('[data-class-metric]')]
const rows = [...document.querySelectorAll<HTMLElement>('tr[data-class]')]
const said = document.querySelector<HTMLElement>('[data-class-count]')

const tables = [...document.querySelectorAll<HTMLTableElement>('.classes table[data-sortable]')].map((table) => ({
  // The first two columns are the class and its clips.
  best: table.tHead?.rows[0].cells.item(2)?.querySelector<HTMLElement>('.sort')?.dataset.first,
  sort: sortable(table, () => choose('')),
}))

/** Says how the tables are ordered: by nothing of this list where their heads were pressed. */
function choose(order: string): void {
  const choice = field('o')
  if (choice) choice.value = order
}

/** Orders all tables, on phones too, where their heads are out of sight. */
function order(by: string): void {
  for (const { best, sort } of tables) {
    const first = best === 'descending' ? 'descending' : 'ascending'
    const turned = first === 'ascending' ? 'descending' : 'ascending'
    if (by === '') sort(null)
    else if (by === 'name') sort({ column: 0, direction: 'ascending' })
    else sort({ column: 2, direction: by === 'best' ? first : turned })
  }
}

function field(name: string): HTMLInputElement | HTMLSelectElement | null {
  const found = form?.elements.namedItem(name)
  return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found : null
}

/** Shows the classes that fit, and the chosen metric alone. */
function narrow(): void {
  const text = (field('q')?.value ?? '').trim().toLocaleLowerCase()
  const least = Number(field('least')?.value ?? 1)
  const metric = field('k')?.value
  for (const section of sections) section.hidden = metric !== undefined && section.dataset.classMetric !== metric
  const names = new Set<string>()
  const all = new Set<string>()
  for (const row of rows) {
    const name = row.dataset.class ?? ''
    const fits = name.toLocaleLowerCase().includes(text) && Number(row.dataset.clips) >= least
    row.hidden = !fits
    all.add(name)
    if (fits) names.add(name)
  }
  if (said) said.textContent = names.size === all.size ? `${all.size} shown` : `${names.size} of ${all.size} shown`
}

if (form) {
  const reader = new AddressReader(location.search)
  const [metric, text] = [field('k'), field('q')]
  const known = reader.choice(
    'k',
    sections.map((section) => section.dataset.classMetric ?? ''),
  )
  if (metric && known !== undefined) metric.value = known
  if (text && sections.length > 0) text.value = reader.text('q') ?? ''
  form.hidden = false
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLSelectElement && target.name === 'o') order(target.value)
    narrow()
    const first = sections[0]?.dataset.classMetric
    // The page of a method has an address of its own kind.
    if (sections.length > 0)
      showAddress({
        ...(metric && metric.value !== first ? { k: metric.value } : {}),
        ...(text && text.value !== '' ? { q: text.value } : {}),
      })
  })
  narrow()
}
