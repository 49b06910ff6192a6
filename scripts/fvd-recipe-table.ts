import { findDistance } from '@kinemetric/metrics'

const words: Readonly<Record<string, string>> = {
  'squash-half-pixel': 'squashed to 224×224, half-pixel bilinear',
  'squash-tf1': 'squashed to 224×224, TensorFlow 1 bilinear',
  'shorter-side-crop': 'shorter side to 224, centre crop',
}

/** The recipes of FVD as docs/which-fvd.md shows them, a Markdown table made of what each recipe fixes. */
export function fvdRecipeTable(): string {
  const { recipes, defaultRecipe } = findDistance('fvd')
  const rows = recipes.map(({ id, settings }) => [
    `\`fvd:${id}\`${id === defaultRecipe ? ' (default)' : ''}`,
    words[String(settings.resize)] ?? String(settings.resize),
    String(settings.bneps),
    String(settings.covariance),
    settings.root === 'eigenvalues' ? 'all' : 'from 1e-10',
  ])
  return markdownTable(['recipe', 'picture', 'batch norm ε', 'covariance', 'eigenvalues'], rows)
}

/** Lines of a Markdown table. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
