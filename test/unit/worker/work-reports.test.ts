import { expect, it } from 'vitest';
import type { WorkReport } from '../../../core/scaling/work-rate.ts';
import { parseWorkReport, workReportKey, workReportsSince } from '../../../core/work-report.ts';
import { isNews, startWorkReports } from '../../../worker/report-work.ts';
import { createWorkMeter } from '../../../worker/work-meter.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

function setUp() {
  const clock = virtualClock();
  const meter = createWorkMeter(clock.now);
  const sent: WorkReport[] = [];
  const broken = { is: false };
  const add = async (report: WorkReport) => {
    if (broken.is) throw new Error('S3 is down');
    sent.push(report);
  };
  const job = (seconds: number, kind = 'settled') =>
    meter.measure(async () => {
      await clock.sleep(seconds * 1000);
      return { kind };
    });
  return { clock, meter, sent, broken, job, reporter: startWorkReports(meter, { add }, { clock, logger }) };
}

it('a meter adds up slots, with what still runs, and counts what came to an end by itself', async () => {
  const { clock, meter, job } = setUp();
  void job(10);
  void job(4);
  void job(4, 'stopped');
  await clock.advance(8_000);
  expect(meter.take()).toMatchObject({ jobs: 1, slotSeconds: 16 });
  await clock.advance(8_000);
  expect(meter.read()).toMatchObject({ jobs: 1, slotSeconds: 2 });
});

it('a task reports half a minute after its first work, and then only news', async () => {
  const { clock, sent, job } = setUp();
  await clock.advance(300_000);
  expect(sent).toEqual([]);
  for (let second = 0; second < 290; second += 1) {
    void job(0.5);
    await clock.advance(1_000);
  }
  expect(sent).toHaveLength(1);
  for (let second = 0; second < 60; second += 1) {
    void job(1);
    await clock.advance(1_000);
  }
  // Twice as slow is news, five minutes without any are news too.
  expect(sent.length).toBeGreaterThanOrEqual(2);
  expect(sent.length).toBeLessThanOrEqual(4);
});

it('a task that works for an hour at one pace makes a dozen requests', async () => {
  const { clock, sent, job } = setUp();
  for (let second = 0; second < 3_600; second += 1) {
    void job(0.5);
    await clock.advance(1_000);
  }
  expect(sent.length).toBeGreaterThanOrEqual(11);
  expect(sent.length).toBeLessThanOrEqual(13);
});

it('what is left is reported at the end, and nothing when nothing was done', async () => {
  const worked = setUp();
  void worked.job(2);
  await worked.clock.advance(3_000);
  await worked.reporter.stop();
  expect(worked.sent).toMatchObject([{ jobs: 1, slotSeconds: 2 }]);
  const idle = setUp();
  await idle.clock.advance(3_000);
  await idle.reporter.stop();
  expect(idle.sent).toEqual([]);
});

it('a report that fails stops nothing', async () => {
  const { clock, sent, broken, job } = setUp();
  broken.is = true;
  void job(20);
  await clock.advance(30_000);
  broken.is = false;
  void job(20);
  await clock.advance(30_000);
  expect(sent).toMatchObject([{ jobs: 1, slotSeconds: 20 }]);
});

it('work is news when it takes another time than before, and never below a second of it', () => {
  const last = { at: 0, jobs: 100, slotSeconds: 50 };
  expect(isNews({ at: 60_000, jobs: 100, slotSeconds: 55 }, last)).toBe(false);
  expect(isNews({ at: 60_000, jobs: 100, slotSeconds: 70 }, last)).toBe(true);
  expect(isNews({ at: 60_000, jobs: 100, slotSeconds: 30 }, last)).toBe(true);
  expect(isNews({ at: 300_000, jobs: 100, slotSeconds: 50 }, last)).toBe(true);
  expect(isNews({ at: 60_000, jobs: 0, slotSeconds: 40 }, last)).toBe(true);
  expect(isNews({ at: 300_000, jobs: 1, slotSeconds: 0.5 }, undefined)).toBe(false);
});

it('a key holds the whole report, in order of time', () => {
  const report = { at: Date.parse('2026-03-01T12:34:56.789Z'), jobs: 120, slotSeconds: 61.25 };
  const key = workReportKey('dc66b44c0d0f4b3f8a1e2d3c4b5a6978', report);
  expect(key).toBe('rates/2026-03-01T12-34-56-789Z_dc66b44c0d0f4b3f8a1e2d3c4b5a6978_120_61250');
  expect(parseWorkReport(key)).toEqual(report);
  expect(workReportsSince(report.at - 1) < key && key < workReportsSince(report.at + 1)).toBe(true);
});

it.each(['rates/', 'rates/x_y_1_2', 'rates/2026-03-01T12-34-56-789Z_a_-1_2', 'rates/2026-99-01T12-34-56-789Z_a_1_2'])(
  '%s is no report',
  (key) => {
    expect(parseWorkReport(key)).toBeUndefined();
  },
);
