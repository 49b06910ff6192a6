const hints: Readonly<Record<string, string>> = {
  'record-exists': '--overwrite replaces it; --out and --method choose another place',
  'other-inputs': '--restart forgets that unfinished run',
}

/** The option that helps with an error of another package, which knows nothing of options. */
export function errorHint(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? hints[error.code] : undefined
}
