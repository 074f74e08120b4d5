import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { WorkReport } from '../core/scaling/work-rate.ts';
import { parseWorkReport, WORK_REPORTS, workReportKey, workReportsSince } from '../core/work-report.ts';
import type { Bucket } from './record.ts';

/** What workers tell of their work, for whoever decides how many there should be. */
export interface WorkReports {
  add(report: WorkReport): Promise<void>;
  /** The first 1,000 reports made after `at` (Unix epoch, ms), oldest first. */
  since(at: number): Promise<readonly WorkReport[]>;
}

/**
 * Reports as empty objects whose keys say it all: a write every few minutes and task, one listing for all of them, and a
 * path that a network without a way out has too. S3 deletes them after a day.
 */
export function createWorkReports(bucket: Bucket, task: string): WorkReports {
  const { client, name } = bucket;
  return {
    async add(report) {
      await client.send(
        new PutObjectCommand({ Bucket: name, Key: workReportKey(task, report), Body: Buffer.alloc(0) }),
      );
    },
    async since(at) {
      const command = new ListObjectsV2Command({
        Bucket: name,
        Prefix: WORK_REPORTS,
        StartAfter: workReportsSince(at),
      });
      const { Contents = [] } = await client.send(command);
      return Contents.flatMap(({ Key = '' }) => parseWorkReport(Key) ?? []);
    },
  };
}
