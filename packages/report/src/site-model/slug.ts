/** File names for ids of records: letters, digits, `_` and `-` (no dot: it would start a file extension), at most 60 characters, each given out once. */
export class Slugs {
  readonly #taken: Set<string>

  /** @param reserved names that pages of the site itself have */
  constructor(reserved: readonly string[] = []) {
    this.#taken = new Set(reserved.map((name) => name.toLowerCase()))
  }

  /** The slug of an id; the second of two that would be equal (also but for case, as on macOS and Windows) gets `-2`. */
  take(id: string): string {
    const base =
      id
        .normalize('NFKD')
        .replace(/[^A-Za-z0-9_-]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 60) || 'unnamed'
    let slug = base
    for (let count = 2; this.#taken.has(slug.toLowerCase()); count++) slug = `${base}-${count}`
    this.#taken.add(slug.toLowerCase())
    return slug
  }
}
