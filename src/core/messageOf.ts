/** The message of an error in one line: that of JSON.parse may hold line breaks of the file. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
