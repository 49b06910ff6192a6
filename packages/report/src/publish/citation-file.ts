import { hashBytes } from '@kinemetric/files'
import type { Bundle, KinemetricRecord } from '@kinemetric/records'
import { yamlText } from './yaml-text.ts'

/**
 * `CITATION.cff` of published results, in the Citation File Format 1.2.0 (https://citation-file-format.github.io). Its version is the digest of the records, since a date would
 * make other bytes each day.
 */
export function citationFile(
  records: readonly KinemetricRecord[],
  { title, authors, licence, records: named }: Bundle,
): string {
  const protocols = [...new Set(records.map(({ protocol }) => `${protocol.id}@${protocol.version}`))]
  const digest = hashBytes(named.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join(''))
  return [
    'cff-version: 1.2.0',
    'message: "If you use these results, cite them, and what they rest on (citations.bib)."',
    'type: dataset',
    `title: ${yamlText(title)}`,
    'authors:',
    ...(authors.length === 0 ? ['  - name: "anonymous"'] : authors.map((name) => `  - name: ${yamlText(name)}`)),
    `version: ${yamlText(digest.slice(0, 12))}`,
    ...(licence === null ? [] : [`license: ${yamlText(licence)}`]),
    `abstract: ${yamlText(`${records.length === 1 ? '1 record' : `${records.length} records`} of video generators under ${protocols.join(', ')}, made with kinemetric.`)}`,
    'keywords:',
    '  - video generation',
    '  - evaluation',
    '',
  ].join('\n')
}
