/** A phone's width: rows take two lines, filters and charts fold. */
export const narrow = matchMedia('(max-width: 40rem)')
