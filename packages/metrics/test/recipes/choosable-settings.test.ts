import { describe, expect, test } from 'vitest'
import {
  chooseRecipes,
  findDistance,
  findRecipe,
  metricCatalogue,
  psnrSpec,
  type RecipeInfo,
  signature,
  ssimSpec,
} from '@kinemetric/metrics'
import { chooseSettings, parseSetting } from '../../src/choose-settings.ts'
import type { RecipeOwner } from '../../src/recipes/recipe.ts'

interface Own extends RecipeInfo {
  codec: string
  k: number
}

/** A recipe whose signature had the one setting from the start, and got the other later. */
const owner: RecipeOwner<Own> = {
  id: 'own',
  version: 1,
  defaultRecipe: 'first',
  recipes: [
    {
      id: 'first',
      summary: '',
      settings: { k: 3, mean: 'plain' },
      k: 3,
      codec: 'lossless',
      choosable: [
        { name: 'k', summary: 'neighbours', kind: 'whole', least: 1, most: 50, default: 3 },
        { name: 'codec', summary: 'of masks', kind: 'word', words: ['lossless', 'mpeg4'], default: 'lossless' },
      ],
    },
    { id: 'second', summary: '', settings: { mean: 'plain' }, k: 3, codec: 'none' },
  ],
}

describe('settings behind a recipe’s name', () => {
  test('reach the formula, the signature and the name; defaults leave all three', () => {
    expect(findRecipe(owner, 'first+k-5+codec-mpeg4')).toMatchObject({
      id: 'first+k-5+codec-mpeg4',
      k: 5,
      codec: 'mpeg4',
    })
    expect(signature(owner, 'first+codec-mpeg4+k-5')).toBe(
      'own|recipe:first+k-5+codec-mpeg4|k:5|mean:plain|codec:mpeg4|v:1',
    )
    expect(findRecipe(owner, 'first+k-3+codec-lossless')).toBe(owner.recipes[0])
    expect(signature(owner, 'first')).toBe('own|recipe:first|k:3|mean:plain|v:1')
  })

  test.each(['first+k', 'first+k-5+k-6', 'first+l-5', 'second+k-5', 'first+best-of-5', 'third+k-5'])(
    '%s is no recipe',
    (id) => {
      expect(() => findRecipe(owner, id)).toThrow(expect.objectContaining({ kind: 'input', code: 'unknown-recipe' }))
    },
  )

  test.each(['first+k-0', 'first+k-51', 'first+k-2.5', 'first+k-', 'first+k-1e1', 'first+codec-mpeg'])(
    '%s has a value that the setting cannot have',
    (id) => {
      expect(() => findRecipe(owner, id)).toThrow(expect.objectContaining({ kind: 'input', code: 'bad-option' }))
    },
  )

  test('say what is expected and which was meant', () => {
    expect(() => findRecipe(owner, 'first+k-51')).toThrow("expected a whole number from 1 to 50 for k, found '51'")
    expect(() => findRecipe(owner, 'first+codec-mpg4')).toThrow(
      "expected one of lossless, mpeg4 for codec, found 'mpg4'; did you mean mpeg4?",
    )
  })

  test('stand in every recipe of the catalogue where its formula reads them, and nowhere in the names of others', () => {
    for (const { recipes } of metricCatalogue)
      for (const recipe of recipes) {
        expect(recipe.id).not.toContain('+')
        for (const { name, default: usual } of recipe.choosable ?? []) {
          expect(name).toMatch(/^[a-z][A-Za-z]*$/)
          expect(recipe).toHaveProperty(name, usual)
          expect([undefined, usual]).toContain(recipe.settings[name])
        }
      }
  })
})

const choice = (metric: typeof psnrSpec | typeof ssimSpec, id: string) => ({
  metric,
  recipe: findRecipe<RecipeInfo>(metric, id),
})
const named = (choices: readonly { recipe: RecipeInfo }[]) => choices.map(({ recipe }) => recipe.id)

describe('--set', () => {
  test('goes to every recipe of its metric that has the setting', () => {
    const choices = [
      choice(psnrSpec, 'pooled'),
      choice(psnrSpec, 'y-basicsr'),
      choice(psnrSpec, 'y-matlab-u8'),
      choice(ssimSpec, 'y-basicsr'),
    ]
    expect(named(chooseSettings(choices, ['psnr.crop=4']))).toEqual([
      'pooled',
      'y-basicsr+crop-4',
      'y-matlab-u8+crop-4',
      'y-basicsr',
    ])
    expect(named(chooseSettings(choices, ['psnr.crop=0']))).toEqual(named(choices))
    expect(chooseSettings(choices, [])).toEqual(choices)
    expect(named(chooseSettings([choice(psnrSpec, 'y-basicsr+crop-2')], ['psnr.crop=4']))).toEqual(['y-basicsr+crop-4'])
  })

  test.each([
    ['psnr.crop', "expected <metric>.<setting>=<value>, as psnr.crop=4, found 'psnr.crop'"],
    ['psn.crop=4', "found 'psn'; did you mean psnr?"],
    [
      'psnr.crops=4',
      "psnr.crops: expected a setting of psnr: inside, outside, dilate, crop, found 'crops'; did you mean crop?",
    ],
    ['ms-ssim.crop=4', "ms-ssim.crop: expected no setting, for ms-ssim has none to choose, found 'crop'"],
    ['psnr.crop=-1', "psnr.crop: expected a whole number from 0 for crop, found '-1'"],
    ['psnr.crop=4.5', "expected a whole number from 0 for crop, found '4.5'"],
    ['psnr.crop=', "expected a whole number from 0 for crop, found ''"],
  ])('%s is refused', (text, said) => {
    expect(() => parseSetting(text)).toThrow(said)
    expect(() => parseSetting(text)).toThrow(expect.objectContaining({ kind: 'input' }))
  })

  test('is refused where nothing that is scored has it, or two values are given', () => {
    expect(() => chooseSettings([choice(psnrSpec, 'pooled')], ['psnr.crop=4'])).toThrow(
      'psnr.crop: expected a recipe that has it: psnr:y-basicsr, psnr:y-basicsr-pt, psnr:y-matlab-u8, found psnr:pooled; name it in --metrics or --recipe, as psnr:y-basicsr',
    )
    expect(() => chooseSettings([choice(psnrSpec, 'y-basicsr')], ['ssim.crop=4'])).toThrow('found only psnr')
    expect(() => chooseSettings([choice(psnrSpec, 'y-basicsr')], ['psnr.crop=4', 'psnr.crop=2'])).toThrow(
      'psnr.crop: expected one value, found 4 and 2; both are had by naming the recipes: psnr:<recipe>+crop-4,psnr:<recipe>+crop-2',
    )
  })

  test('of distances: a recipe that nobody named stays unnamed, and what they do not have is refused', () => {
    const [fid, kid] = [findDistance('fid'), findDistance('kid')]
    expect(chooseRecipes([fid, kid], ['kid:full'])).toEqual([
      { metric: fid, recipe: undefined, isNamed: false },
      { metric: kid, recipe: 'full', isNamed: true },
    ])
    expect(() => chooseRecipes([fid], [], ['fid.k=3'])).toThrow(
      'fid.k: expected no setting, for fid has none to choose',
    )
    expect(() => chooseRecipes([fid], [], ['psnr.crop=4'])).toThrow('found only fid')
  })
})
