/** Takes a sentence for whoever waits. */
export type NoticeListener = (text: string) => void

let listener: NoticeListener | undefined

/** Says who is told what libraries do that takes its time unasked (a fetch at first use); nobody, until this is called. `undefined` ends it. */
export function onNotice(told: NoticeListener | undefined): void {
  listener = told
}

/** Tells whoever listens. */
export function notify(text: string): void {
  listener?.(text)
}
