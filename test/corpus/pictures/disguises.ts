import { deflateSync, gzipSync } from 'node:zlib';
import { jpegSegment, makeWebp, riffChunk, withSegments } from './containers.ts';
import { gifComment, makeGif } from './gif.ts';
import { complete, type PictureCase, plain } from './picture-case.ts';
import { COLOUR, makePng, pngChunk } from './png.ts';

const text = (content: string) => () => Buffer.from(content);

/** What is no picture, or a picture and something else. Every name it comes under ends like a picture's. */
export const disguises: readonly PictureCase[] = [
  {
    name: 'an SVG',
    make: text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ends: 'unsupported-type',
  },
  {
    name: 'an SVG that reads a file',
    make: text('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="9" height="9"/></svg>'),
    ends: 'unsupported-type',
  },
  {
    name: 'an SVG of 40,000 × 40,000, behind a declaration',
    make: text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="40000" height="40000"/>'),
    ends: 'unsupported-type',
  },
  { name: 'a packed SVG', make: () => gzipSync('<svg xmlns="http://www.w3.org/2000/svg"/>'), ends: 'unsupported-type' },
  {
    name: 'an XML that grows without bound',
    make: text('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'),
    ends: 'unsupported-type',
  },
  { name: 'a PDF', make: text('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj'), ends: 'unsupported-type' },
  {
    name: 'a PostScript',
    make: text('%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage'),
    ends: 'unsupported-type',
  },
  {
    name: 'a script for ImageMagick',
    make: text('push graphic-context\nfill "url(https://example.com/x)"'),
    ends: 'unsupported-type',
  },
  { name: 'a web page', make: text('<!doctype html><script>alert(1)</script>'), ends: 'unsupported-type' },
  { name: 'a program', make: () => Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), ends: 'unsupported-type' },
  { name: 'an archive', make: () => Buffer.from('PK\x03\x04\x14\0', 'latin1'), ends: 'unsupported-type' },
  { name: 'a BMP', make: () => Buffer.from(`BM${'\0'.repeat(12)}\x28\0\0\0`, 'latin1'), ends: 'unsupported-type' },
  { name: 'a HEIC', make: () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), ends: 'unsupported-type' },
  { name: 'a JPEG XL', make: () => Buffer.from([0xff, 0x0a, 0, 0]), ends: 'unsupported-type' },
  {
    name: 'a film',
    make: () => Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1'),
    ends: 'unsupported-type',
  },
  { name: 'a Netpbm picture', make: text('P3 1 1 255 0 0 0\n'), ends: 'unsupported-type' },
  {
    name: 'a Radiance picture',
    make: text('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n'),
    ends: 'unsupported-type',
  },
  { name: 'random bytes', make: () => Buffer.from('9f3c0011d8a4fe00c3', 'hex'), ends: 'unsupported-type' },
  {
    name: 'a text that begins like a GIF',
    make: text('GIF89a is how this text begins; it goes on like one.'),
    ends: 'corrupt',
  },
  {
    name: 'an SVG behind a PNG’s signature',
    make: () => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from('<svg/>')]),
    ends: 'corrupt',
  },
  {
    name: 'an SVG inside a WebP',
    make: () => makeWebp(riffChunk('VP8 ', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))),
    ends: 'corrupt',
  },
  {
    name: 'an SVG behind a TIFF’s signature',
    make: () =>
      Buffer.concat([Buffer.from('II*\0', 'latin1'), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')]),
    ends: 'corrupt',
  },
  {
    name: 'a GIF that is a script too',
    make: () =>
      Buffer.concat([
        makeGif({ width: 0x2a2f, height: 1, frames: 1, frame: { width: 1, height: 1 } }),
        Buffer.from('*/=1;alert(1)'),
      ]),
    ends: complete(1, 1),
  },
  {
    name: 'a GIF with a script for a comment',
    make: () => makeGif({ width: 9, height: 9, frames: 1, before: [gifComment('<script>alert(1)</script>')] }),
    ends: complete(9, 9),
  },
  {
    name: 'a JPEG that is an archive too',
    make: async () =>
      Buffer.concat([await jpeg(), Buffer.from(`PK\x03\x04${'\0'.repeat(26)}PK\x05\x06${'\0'.repeat(18)}`, 'latin1')]),
    ends: complete(60, 40),
  },
  {
    name: 'a JPEG with a program in its comment',
    make: async () => withSegments(await jpeg(), jpegSegment(0xfe, Buffer.from("<?php system($_GET['c']); ?>"))),
    ends: complete(60, 40),
  },
  {
    name: 'a PNG that is a web page too',
    make: () =>
      makePng({
        width: 9,
        height: 9,
        colour: COLOUR.rgb,
        before: [pngChunk('tEXt', Buffer.from('Comment\0<html><script>alert(1)</script>', 'latin1'))],
      }),
    ends: complete(9, 9),
  },
  {
    name: 'a PNG with a second picture behind its end',
    make: () =>
      Buffer.concat([
        makePng({ width: 9, height: 9, colour: COLOUR.rgb }),
        makePng({ width: 5_000, height: 1, colour: COLOUR.rgb }),
      ]),
    ends: complete(9, 9),
  },
  {
    name: 'a PNG with a chunk that nobody knows',
    make: () =>
      makePng({
        width: 9,
        height: 9,
        colour: COLOUR.rgb,
        before: [pngChunk('xxXx', deflateSync(Buffer.alloc(9_000)))],
      }),
    ends: complete(9, 9),
  },
];

function jpeg(): Promise<Buffer> {
  return plain(60, 40).jpeg().toBuffer();
}
