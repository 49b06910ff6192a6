// The shapes that the report reads, taken from the record schema.
export interface ScoreInterval {
  low: number
  high: number
  level: number
  method: string
}
export interface RecordScore {
  metric: string
  recipe: string
  value: number | null
  unit: string
  better: 'higher' | 'lower'
  n: number
  interval: ScoreInterval | null
  signature: string
  warnings?: string[] | undefined
  details?: Record<string, unknown> | undefined
}
export interface MediaClip {
  clip: string
  reference?: string | undefined
  control?: string | undefined
  generated?: string | undefined
  tracks?: string | undefined
}
export interface KinemetricRecord {
  schema: string
  kind: 'measurement'
  protocol: { id: string; version: number | string; title: string } & Record<string, unknown>
  method: { id: string; name: string; trivial?: boolean | undefined; paper?: unknown } & Record<string, unknown>
  scores: RecordScore[]
  failures: { clip: string; reason: string; message: string }[]
  clips: { total: number; scored: number; table: string } & Record<string, unknown>
  provenance: Record<string, unknown>
  media?: { clips: MediaClip[] } | undefined
}
export interface Claim {
  schema: string
  kind: 'claim'
  method: { id: string; name: string }
  protocol: string
  source: { title: string; arxiv?: string | undefined; table?: string | undefined; page?: string | number | undefined }
  values: { metric: string; value: number | null }[]
}
