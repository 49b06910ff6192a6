/** A size for people: 5.9 kB, 244 MB (powers of 1000, as download pages print them). */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return 'size unknown'
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toPrecision(2)} ${units[unit]}`
}
