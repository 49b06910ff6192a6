/**
 * Words that say more than a comparison can: of verdicts where p decides, of agreement where nothing was found to differ, of certainty. What remains of a
 * text after the places where such a word is no claim (how a metric runs, frames that are identical, a record's machine-readable fields).
 */
const forbidden = [
  /\bwinners?\b/i,
  /\bwins?\b/i,
  /\bbeat(?:s|en|ing)?\b/i,
  /\b(?:out)performs?\b/i,
  /\bstate[- ]of[- ]the[- ]art\b/i,
  /\bsignificant(?:ly)?\b/i,
  /\bnearly significant\b/i,
  /\bmarginal(?:ly)?\b/i,
  /\btrend(?:s|ing)?\b/i,
  /\bapproaching\b/i,
  /\btied\b/i,
  /\bties\b/i,
  /\bequal(?:ly|s)?\b/i,
  /\bthe same\b(?! tracker)/i,
  /\bno differences?\b(?! of two methods is resolved)/i,
  /\b(?:true|unbiased) FI?V?D\b/i,
  /\breproduces\b/i,
  /\berror bars?\b/i,
  /\bp = 0(?:\.0+)?(?![\d.])/,
  /95 % probability/i,
  /\bsecond best\b/i,
  /[▲▼]/,
  /±/,
]

/** The forbidden words of a text, with what stands around them. */
export function forbiddenWords(given: string): string[] {
  const text = given.replace(/"[A-Za-z0-9_]+":/g, '')
  return forbidden.flatMap((pattern) =>
    [...text.matchAll(new RegExp(pattern, pattern.flags.includes('i') ? 'gi' : 'g'))].map(({ index, 0: word }) =>
      `${word}: …${text.slice(Math.max(0, index - 40), index + 40)}…`.replace(/\s+/g, ' '),
    ),
  )
}
