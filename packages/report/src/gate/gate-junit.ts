import type { GatedMetric, GateResult } from '@kinemetric/records'
import { visibleText } from '../board/presentable.ts'
import { element, type Markup } from '../markup/element.ts'
import { toHtml } from '../markup/to-html.ts'
import {
  cellsOf,
  changeLines,
  framesLine,
  gateTitle,
  ruleLine,
  sentencesOf,
  sidesLine,
  verdictName,
} from './gate-words.ts'

/**
 * A gate as JUnit XML, which continuous integration shows as tests: a case a metric with a margin, a rule, and the clips; a failure for `fail` and for what counts so, an
 * error for `cannot tell`, skipped what has no margin. It fits Ant's schema (Windy Road's JUnit.xsd) and the looser ones.
 * @param made when
 */
export function gateJunit(gate: GateResult, { made }: { made: Date }): string {
  const cases = [clipsCase(gate), ...gate.metrics.map((row) => metricCase(row, gate)), ...ruleCases(gate)]
  const count = (tag: string) => cases.filter(({ children }) => children.some((child) => isTag(child, tag))).length
  const properties = [
    ['protocol', `${gate.protocol.id}@${gate.protocol.version}`],
    ['baseline', gate.baseline.path],
    ['candidate', gate.candidate.path],
    ['alpha', String(gate.alpha)],
    ['verdict', verdictName(gate.verdict)],
  ] as const
  const suite = element(
    'testsuite',
    {
      id: 0,
      package: 'kinemetric',
      name: 'gate',
      timestamp: made.toISOString().slice(0, 19),
      hostname: 'localhost',
      tests: cases.length,
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
      time: 0,
    },
    element(
      'properties',
      {},
      properties.map(([name, value]) => element('property', { name, value: text(value) })),
    ),
    cases,
    element(
      'system-out',
      {},
      text([gateTitle(gate), sidesLine(gate), framesLine(gate), ...changeLines(gate), ...gate.notes].join(' · ')),
    ),
    element('system-err', {}),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${toHtml(element('testsuites', {}, suite))}\n`
}

function clipsCase({ clips }: GateResult): Markup {
  const lost = clips.onlyBaseline
  return testCase(
    'clips of the baseline',
    lost.length === 0
      ? undefined
      : problem('failure', `the candidate lost ${lost.length} clips`, lost.slice(0, 50).join(', ')),
  )
}

function metricCase(row: GatedMetric, { undecided }: GateResult): Markup {
  const { metric, margin, verdict, gain, interval, n } = cellsOf(row)
  const said = `better by ${gain}, interval ${interval}, margin ${margin}, n = ${n}`
  const detail = [said, ...sentencesOf(row)].join('; ')
  const message = `${verdict}: ${said}`
  if (row.verdict === null) return testCase(metric, element('skipped', {}))
  if (row.verdict === 'fail' || (row.verdict === 'undecided' && undecided === 'fail'))
    return testCase(metric, problem('failure', message, detail, row.verdict))
  return testCase(metric, row.verdict === 'cannot-tell' ? problem('error', message, detail, row.verdict) : undefined)
}

function ruleCases({ rules }: GateResult): Markup[] {
  return rules.map((rule) =>
    testCase(`rule ${rule.rule}`, rule.holds ? undefined : problem('failure', ruleLine(rule), ruleLine(rule), 'rule')),
  )
}

function testCase(name: string, child: Markup | undefined): Markup {
  return element('testcase', { name: text(name), classname: 'kinemetric.gate', time: 0 }, child)
}

function problem(tag: 'failure' | 'error', message: string, detail: string, type = 'fail'): Markup {
  return element(tag, { message: text(message), type }, text(detail))
}

/** What XML cannot hold is written as its escape. */
function text(given: string): string {
  return visibleText(given).replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
}

function isTag(child: Markup | string, tag: string): boolean {
  return typeof child !== 'string' && child.tag === tag
}
