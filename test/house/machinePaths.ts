// Folders in which people and build machines keep checkouts.
const FOLDERS = ['home', 'root', 'Users', 'work', 'workspace', 'builds', 'private'].join('|');
const PATH = new RegExp(String.raw`(?<![\w.~)\]}-])/(?:${FOLDERS})/|\b[A-Z]:\\+(?:${FOLDERS})\\`, 'g');

/** Every absolute path of a machine in these texts, as `file: path`. */
export function machinePaths(texts: ReadonlyMap<string, string>): string[] {
  return [...texts].flatMap(([file, text]) => [...text.matchAll(PATH)].map(([path]) => `${file}: ${path}`));
}
