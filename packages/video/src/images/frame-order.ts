const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/**
 * File names of frames in the order of the numbers in them: `frame_2` before `frame_10`, and as printed floating-point numbers are ordered where they
 * are such (`-1`, `0.0`, `0.25`, `1e-05`). A minus counts where no letter or digit stands before it (`a-1` is a name with a hyphen), a point where
 * every number of that kind can be a fraction: `1.9` and `1.10`, or `1.2.3`, are numbers of chapters.
 */
export function inFrameOrder(names: readonly string[]): string[] {
  const stems = names.map((name) => name.replace(/\.[^.]*$/, ''))
  const signed = stems.some((stem) => negative.test(stem))
  const fractions = haveFractions(stems)
  if (!signed && !fractions) return [...names].sort(byName)
  const keyed = names.map((name, index) => ({ name, parts: partsOf(stems[index], fractions) }))
  return keyed.sort((a, b) => compareParts(a.parts, b.parts) || byName(a.name, b.name)).map(({ name }) => name)
}

/** Names that the collator takes for equal ("a1.png", "A01.png") by their code points, so that the order never depends on the disk. */
function byName(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}

const negative = /(?<![\p{L}\p{N}.])-\d/u
const fraction = /(?<![\d.])\d+\.(\d+)(?:e[+-]\d{2,})?(?![\d.])/g
const exponent = /\de[+-]\d{2,}(?!\d)/

/** Whether points in these names are decimal points: no number has two, and digits after them do not look counted (1.9, 1.10). */
function haveFractions(stems: readonly string[]): boolean {
  if (stems.some((stem) => /\d\.\d+\.\d/.test(stem))) return false
  const digits = stems.flatMap((stem) => [...stem.matchAll(fraction)].map((match) => match[1]))
  if (digits.length === 0) return stems.some((stem) => exponent.test(stem))
  const oneLength = digits.every((text) => text.length === digits[0].length)
  return oneLength || !digits.some((text) => text.length > 1 && text.endsWith('0'))
}

function partsOf(stem: string, fractions: boolean): (string | number)[] {
  const number = fractions ? /((?<![\p{L}\p{N}.])-)?\d+(\.\d+)?(e[+-]\d{2,}(?!\d))?/gu : /((?<![\p{L}\p{N}.])-)?\d+/gu
  const parts: (string | number)[] = []
  let at = 0
  for (const match of stem.matchAll(number)) {
    parts.push(stem.slice(at, match.index), Number(match[0]))
    at = match.index + match[0].length
  }
  return [...parts, stem.slice(at)]
}

/** Texts stand at even places, numbers at odd ones. */
function compareParts(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let place = 0; place < Math.min(a.length, b.length); place++) {
    const [left, right] = [a[place], b[place]]
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? Math.sign(left - right)
        : collator.compare(String(left), String(right))
    if (order !== 0) return order
  }
  return a.length - b.length
}
