import type { Bundle, Comparisons, DataTerms, KinemetricRecord } from '@kinemetric/records'
import { type CiteCatalogue, citeRecords } from '../text/cite-records.ts'
import { citationFile } from './citation-file.ts'
import { datasetCard } from './dataset-card.ts'
import { licencesText } from './licences-text.ts'

/** What the texts of a bundle know beyond its records. */
export interface BundleKnowledge extends CiteCatalogue {
  /** Terms of the data behind a protocol; none where nothing is known. */
  termsOf: (protocol: string) => readonly DataTerms[]
}

/** What was published. */
export interface PublishedContent {
  records: readonly KinemetricRecord[]
  comparisons: readonly Comparisons[]
  bundle: Bundle
}

/**
 * The texts that lie beside published records, by path: the card that hubs of data sets show, licences, how to cite. They are a function of records and of what the bundle says
 * of itself, so that whoever checks a bundle can make them again.
 */
export function bundleTexts(
  { records, comparisons, bundle }: PublishedContent,
  knowledge: BundleKnowledge,
): ReadonlyMap<string, string> {
  const cited = citeRecords(records, knowledge)
  return new Map([
    ['README.md', datasetCard(records, comparisons, bundle, knowledge.termsOf)],
    ['LICENCES.md', licencesText(records, bundle, knowledge.termsOf)],
    ['CITATION.cff', citationFile(records, bundle)],
    ['citations.bib', `${cited.map(({ bibtex }) => bibtex).join('\n\n')}\n`],
  ])
}
