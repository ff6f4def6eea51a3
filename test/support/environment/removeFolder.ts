import { rm } from 'node:fs/promises';

/** Removes the folder of a server that was killed: a child of it may still write there for a while. */
export async function removeFolder(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rm(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY' || attempt === 300) throw error;
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}
