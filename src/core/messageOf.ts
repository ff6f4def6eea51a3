/** What an error says, in one line: what JSON.parse says may hold line breaks of the file. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
