import { mayBeRead } from '@hocba/verify';

/** A file as it was chosen or found in a folder, with the folders before its name: by these a proof is told to be a record's. */
export interface Chosen {
  readonly name: string;
  readonly file: File;
}

/** A school's folder of classes; a whole disk dropped by mistake is not walked through. */
export const MOST_FILES = 600;

/** What came, and how many files of a folder were not taken: nothing of them is read here. */
export interface Coming {
  readonly files: readonly Chosen[];
  readonly passedOver: number;
}

export const chosenOf = (files: readonly File[]): Coming => ({
  files: files.map((file) => ({ name: file.webkitRelativePath || file.name, file })),
  passedOver: 0,
});

/**
 * What was dropped, folders opened. Of what lies in a folder only the files that may be a record are taken; what was dropped
 * itself is taken whatever it is, to be told what it is not. One more than `MOST_FILES` at most.
 */
export async function droppedFiles(dropped: DataTransfer): Promise<Coming> {
  // All at once: behind the first wait the browser has taken the list away.
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return chosenOf([...dropped.files]);
  const found: Chosen[] = [];
  let passedOver = 0;
  const add = async (entry: FileSystemEntry, within: string): Promise<void> => {
    if (found.length > MOST_FILES) return;
    const name = `${within}${entry.name}`;
    if (isFolder(entry)) for (const one of await contents(entry)) await add(one, `${name}/`);
    else if (isFile(entry) && (within === '' || mayBeRead(name)))
      found.push({ name, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
    else passedOver++;
  };
  for (const entry of entries) if (entry !== null) await add(entry, '');
  return { files: found, passedOver };
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** A browser gives a hundred at a time, and then nothing (File and Directory Entries API §7.2). */
async function contents(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0 || all.length > MOST_FILES) return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    all.push(...some);
  }
}
