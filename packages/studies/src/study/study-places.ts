import { join } from 'node:path'

/** Where a study keeps what, below its folder. */
export interface StudyPlaces {
  readonly data: string
  readonly prepared: (protocol: string) => string
  readonly manifest: (protocol: string) => string
  readonly generated: (protocol: string, method: string) => string
  readonly results: string
  readonly site: string
  readonly cache: string
  readonly table: string
  readonly variants: string
  /** What stages were done of which inputs. */
  readonly state: string
  /** How long they took on this machine. */
  readonly measured: string
}

/** @param out the study's folder */
export function studyPlaces(out: string): StudyPlaces {
  return {
    data: join(out, 'data'),
    prepared: (protocol) => join(out, 'prepared', protocol),
    manifest: (protocol) => join(out, 'prepared', protocol, 'manifest.jsonl'),
    generated: (protocol, method) => join(out, 'generated', protocol, method),
    results: join(out, 'results'),
    site: join(out, 'site'),
    cache: join(out, 'cache'),
    table: join(out, 'table.md'),
    variants: join(out, 'variants'),
    state: join(out, 'state.json'),
    measured: join(out, 'measured.json'),
  }
}
