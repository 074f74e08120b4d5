import { type ListRequest, listHeading, listPrefixes, OWNER, readListRequest, versionEntry } from '../list-request.ts';
import type { ObjectVersion } from '../object-version.ts';
import { invalidArgument } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { isoTime, xmlResponse } from '../xml-response.ts';

export const listObjectVersions: S3Operation = {
  name: 'ListObjectVersions',
  method: 'GET',
  on: 'bucket',
  selectors: ['versions'],
  parameters: ['prefix', 'delimiter', 'max-keys', 'key-marker', 'version-id-marker', 'encoding-type'],
  run(store, request) {
    const { name } = store.buckets.get(request.bucket);
    const list = readListRequest(request, 'max-keys');
    const key = request.query.get('key-marker') || undefined;
    const id = request.query.get('version-id-marker') || undefined;
    if (id !== undefined && key === undefined) {
      throw invalidArgument('A version-id marker cannot be specified without a key marker.', 'version-id-marker', id);
    }
    const page = store.listings.versions(name, list, { key, id });
    return xmlResponse('ListVersionsResult', {
      Name: name,
      ...listHeading(list, 'MaxKeys'),
      KeyMarker: list.encode(key ?? ''),
      VersionIdMarker: id ?? '',
      ...(page.isTruncated ? nextMarkers(list, page.last) : {}),
      IsTruncated: page.isTruncated,
      Version: page.rows.filter((row) => !row.deleteMarker).map((row) => listedVersion(list, row)),
      DeleteMarker: page.rows.filter((row) => row.deleteMarker).map((row) => listedMarker(list, row)),
      CommonPrefixes: listPrefixes(list, page.commonPrefixes),
    });
  },
};

type Last = ReturnType<Parameters<S3Operation['run']>[0]['listings']['versions']>['last'];

function nextMarkers(list: ListRequest, last: Last) {
  if (!last) return {};
  if ('commonPrefix' in last) return { NextKeyMarker: list.encode(last.commonPrefix) };
  return { NextKeyMarker: list.encode(last.row.key), NextVersionIdMarker: last.row.versionId };
}

function listedVersion(list: ListRequest, row: ObjectVersion) {
  const { versionId, isLatest } = row;
  return { ...versionEntry(list, row), VersionId: versionId, IsLatest: isLatest, Owner: OWNER };
}

function listedMarker(list: ListRequest, { key, versionId, isLatest, modifiedAt }: ObjectVersion) {
  const LastModified = isoTime(modifiedAt);
  return { Key: list.encode(key), VersionId: versionId, IsLatest: isLatest, LastModified, Owner: OWNER };
}
