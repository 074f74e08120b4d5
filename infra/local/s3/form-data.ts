import { S3Error } from './s3-error.ts';

/** A browser's form: the fields before the file, and the file's bytes as they arrive. */
export interface UploadForm {
  /** By lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  /** As the browser named it, without folders. */
  readonly fileName: string;
  readonly file: AsyncIterable<Buffer>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html: all that stands before the file. */
const MAX_FIELDS_BYTES = 20 * 1024;

/** Reads the fields of a multipart/form-data body up to the file; what follows the file is ignored. */
export async function readUploadForm(source: AsyncIterable<Buffer>, contentType: string): Promise<UploadForm> {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (!boundary) throw malformedForm('no boundary');
  const delimiter = Buffer.from(`\r\n--${boundary[1] ?? boundary[2]}`);
  const reader = formReader(source);
  const fields = new Map<string, string>();
  await reader.readUntil(delimiter);
  for (;;) {
    // Empty after `--boundary`; the last one is followed by two dashes.
    if ((await reader.readUntil(Buffer.from('\r\n'))).toString().startsWith('--')) throw malformedForm('no file');
    const headers = (await reader.readUntil(Buffer.from('\r\n\r\n'))).toString('utf8');
    const name = (parameter(headers, 'name') ?? '').toLowerCase();
    if (name === 'file') {
      const fileName = (parameter(headers, 'filename') ?? '').split(/[\\/]/).at(-1) ?? '';
      return { fields, fileName, file: reader.streamUntil(delimiter) };
    }
    fields.set(name, (await reader.readUntil(delimiter)).toString('utf8'));
  }
}

function formReader(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]();
  // The first delimiter stands at the very start, without the line break that precedes the others.
  let buffer: Buffer = Buffer.from('\r\n');
  let fieldsBytes = 0;

  async function fill(): Promise<void> {
    const next = await chunks.next();
    if (next.done) throw malformedForm('it ends too early');
    buffer = Buffer.concat([buffer, next.value]);
  }

  return {
    async readUntil(delimiter: Buffer): Promise<Buffer> {
      let at = buffer.indexOf(delimiter);
      while (at === -1) {
        if (fieldsBytes + buffer.length > MAX_FIELDS_BYTES) throw fieldsTooLong();
        await fill();
        at = buffer.indexOf(delimiter);
      }
      const content = buffer.subarray(0, at);
      buffer = buffer.subarray(at + delimiter.length);
      fieldsBytes += content.length;
      if (fieldsBytes > MAX_FIELDS_BYTES) throw fieldsTooLong();
      return content;
    },

    async *streamUntil(delimiter: Buffer): AsyncGenerator<Buffer, void, undefined> {
      let at = buffer.indexOf(delimiter);
      while (at === -1) {
        // The delimiter may have begun at the end of what is here: that much is held back.
        const safe = Math.max(0, buffer.length - delimiter.length + 1);
        if (safe > 0) yield buffer.subarray(0, safe);
        buffer = buffer.subarray(safe);
        await fill();
        at = buffer.indexOf(delimiter);
      }
      if (at > 0) yield buffer.subarray(0, at);
    },
  };
}

function parameter(headers: string, name: string): string | undefined {
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  const quoted = new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(disposition)?.[1];
  const value = quoted ?? new RegExp(`;\\s*${name}=([^;"\\s]+)`, 'i').exec(disposition)?.[1];
  // Browsers escape these three, and only these, in names.
  return value?.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

function malformedForm(why: string): S3Error {
  const message = `The body of your POST request is not well-formed multipart/form-data: ${why}.`;
  return new S3Error('MalformedPOSTRequest', message, 400);
}

function fieldsTooLong(): S3Error {
  const message = 'Your POST request fields preceding the upload file were too large.';
  return new S3Error('MaxPostPreDataLengthExceeded', message, 400);
}
