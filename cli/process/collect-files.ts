import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { UsageError } from '../usage-error.ts';

/** A file to upload. */
export interface InputFile {
  readonly path: string;
  /** `folder/inner/name`: below the folder that was named, with slashes on every system. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

const MAX_KEY_BYTES = 1024;
/** S3 takes at most 5 GiB in one PutObject. */
const MAX_PUT_BYTES = 5 * 2 ** 30;

/** Every file below the paths, in a stable order. Throws one sentence for a path that cannot be uploaded. */
export async function collectFiles(paths: readonly string[]): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) await collect(resolve(path), basename(resolve(path)), path, files);
  if (files.length === 0) throw new UsageError(`There are no files in ${paths.join(', ')}.`);
  refuseDuplicates(files);
  return files;
}

async function collect(path: string, key: string, named: string, files: InputFile[]): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`${named} does not exist; expected a file or a folder.`);
  if (found.isDirectory()) {
    const entries = (await readdir(path)).sort();
    for (const entry of entries) await collect(join(path, entry), `${key}/${entry}`, join(named, entry), files);
    return;
  }
  if (!found.isFile()) throw new UsageError(`${named} is neither a file nor a folder.`);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new UsageError(`${named}: S3 keys have at most 1,024 bytes.`);
  if (found.size > MAX_PUT_BYTES) throw new UsageError(`${named} is over 5 GiB; upload it with "aws s3 cp" instead.`);
  files.push({ path, key: key.split(sep).join('/'), size: found.size });
}

function refuseDuplicates(files: readonly InputFile[]): void {
  const byKey = new Map<string, InputFile>();
  for (const file of files) {
    const other = byKey.get(file.key);
    if (other) {
      throw new UsageError(
        `${other.path} and ${file.path} would both be uploaded as "${file.key}"; name their common folder instead.`,
      );
    }
    byKey.set(file.key, file);
  }
}
