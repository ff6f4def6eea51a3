/** Why `fetch` failed, in words: its error has that inside. */
export function causeOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown };
  const { code, message = String(cause) } = cause as { readonly code?: string; readonly message?: string };
  return message.includes(code ?? '') ? message || (code ?? 'unknown error') : `${code}: ${message}`;
}
