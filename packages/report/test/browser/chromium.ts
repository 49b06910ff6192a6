import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath =
  process.env.KINEMETRIC_CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/** Whether a Chromium is here. Browser tests are skipped, and say so, where not. */
export function hasChromium(): boolean {
  const found = executablePath !== undefined && existsSync(executablePath)
  if (!found) console.warn('skipped: no Chromium (install one or name it in KINEMETRIC_CHROMIUM)')
  return found
}

export function launchChromium(): Promise<Browser> {
  const args =
    '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'
  return chromium.launch({ executablePath: executablePath!, args: args.split(' ') })
}

let running: Promise<Browser> | undefined

/**
 * The browser of this process, for all its test files: pages are in contexts of their own, so nothing reaches from one to the next. It ends with the
 * process: nobody closes it.
 */
export async function sharedChromium(): Promise<Browser> {
  const browser = await running?.catch(() => undefined)
  if (browser?.isConnected()) return browser
  running = launchChromium()
  return running
}
