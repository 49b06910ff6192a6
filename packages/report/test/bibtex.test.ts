import { metricCatalogue } from '@kinemetric/metrics'
import { describe, expect, test } from 'vitest'
import { metricEntry, protocolEntry, toolEntry, workEntry } from '../src/text/bibtex.ts'

describe('BibTeX', () => {
  test('of a metric has its paper’s authors, title, venue and year', () => {
    const cite =
      'Wang, Simoncelli & Bovik, Multi-scale structural similarity for image quality assessment, Asilomar 2003'
    expect(metricEntry({ id: 'ms-ssim', title: 'MS-SSIM', cite })).toBe(
      [
        '@misc{ms-ssim,',
        '  author = {Wang and Simoncelli and Bovik},',
        '  title = {{Multi-scale structural similarity for image quality assessment}},',
        '  howpublished = {Asilomar},',
        '  year = {2003},',
        '  note = {MS-SSIM},',
        '}',
      ].join('\n'),
    )
    expect(metricEntry({ id: 'x', title: 'X', cite: 'a web page' })).toContain('note = {a web page}')
  })

  test('of each metric of the catalogue tells authors and year apart', () => {
    for (const metric of metricCatalogue) {
      const entry = metricEntry(metric)
      expect(entry).toMatch(/^ {2}author = \{.+\},$/m)
      expect(entry).toMatch(/^ {2}year = \{\d{4}\},$/m)
    }
  })

  test('of a method, a protocol and the toolkit', () => {
    const method = workEntry({
      id: 'inter dyn',
      title: 'InterDyn: 50 % more & {braces}',
      url: 'https://arxiv.org/abs/2412.11785',
    })
    expect(method).toContain('@misc{inter-dyn,')
    expect(method).toContain('title = {{InterDyn: 50 \\% more \\& \\{braces\\}}}')
    expect(method).toContain('eprint = {2412.11785}')
    expect(protocolEntry({ id: 'p', version: 2, title: 'P', digest: 'abc' })).toContain('note = {sha256 abc}')
    expect(toolEntry('0.1.0', 'abc')).toContain('version = {0.1.0}')
  })

  test('what a record names cannot end an entry', () => {
    const entry = workEntry({ id: 'a', title: '}\n}@evil{', url: 'https://example.org/}%{' })
    expect(entry.match(/^@/gm)).toHaveLength(1)
    expect(entry).not.toMatch(/org\/[^\n]*[^\\]%\{/)
  })
})

test('two papers of one metric are two entries', () => {
  const text = metricEntry({
    id: 'm',
    title: 'Motion',
    cite: 'Yatim et al., Space-Time, CVPR 2024; Akkerman et al., InterDyn, CVPR 2025',
  })
  expect(text.match(/@misc\{[^,]+|year = .*/g)).toEqual(['@misc{m', 'year = {2024},', '@misc{m-2', 'year = {2025},'])
  const one = metricEntry({
    id: 't',
    title: 'T',
    cite: 'Doersch et al., TAP-Vid, NeurIPS 2022; Datasets and Benchmarks',
  })
  expect(one.match(/@misc/g)).toHaveLength(1)
})
