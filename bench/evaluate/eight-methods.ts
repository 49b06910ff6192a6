/** Eight methods and variants that run with no weights: what is scored side by side, and the words of `kinemetric run` that make each. */
export const eightMethods: readonly { id: string; words: readonly string[] }[] = [
  { id: 'blurred-reference', words: ['blurred-reference'] },
  { id: 'static', words: ['static'] },
  { id: 'mask-warp', words: ['mask-warp'] },
  { id: 're-encoded-reference', words: ['re-encoded-reference'] },
  { id: 'unrelated-reference', words: ['unrelated-reference'] },
  { id: 'blurred-1', words: ['blurred-reference', '--set', 'sigma=1'] },
  { id: 'blurred-4', words: ['blurred-reference', '--set', 'sigma=4'] },
  { id: 'blurred-8', words: ['blurred-reference', '--set', 'sigma=8'] },
]
