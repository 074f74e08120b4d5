import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from './http/aws-error.ts';

/**
 * Stores the changes of all callers of a moment in one transaction: a commit costs the same for one change as for many. Who
 * waits for the result knows that it is stored.
 */
export interface GroupCommit {
  /** Runs the action soon, in its turn; resolves once it is committed. When it throws, nothing of it alone is stored. */
  run<Result>(action: () => Result): Promise<Result>;
}

interface Member {
  act(): void;
  settle(): void;
  fail(error: unknown): void;
}

/**
 * A group's commit over a database. `onLost` is told when the database itself has failed: what the members have noted
 * elsewhere may be wrong. An AwsError is no such failure, but an answer.
 */
export function groupCommit(database: DatabaseSync, onLost: () => void = () => {}): GroupCommit {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const save = database.prepare('SAVEPOINT member');
  const release = database.prepare('RELEASE member');
  const undo = database.prepare('ROLLBACK TO member');
  let waiting: Member[] = [];
  let lost = false;

  function flush(): void {
    const members = waiting;
    waiting = [];
    try {
      begin.run();
      for (const member of members) runMember(member);
      commit.run();
      for (const member of members) member.settle();
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
      lost = true;
      for (const member of members) member.fail(error);
    }
    if (lost && database.isOpen) onLost();
    lost = false;
  }

  /** A member that fails takes back what it has stored, and leaves the others alone. */
  function runMember(member: Member): void {
    save.run();
    try {
      member.act();
    } catch (error) {
      undo.run();
      lost ||= !(error instanceof AwsError);
      member.fail(error);
    }
    release.run();
  }

  return {
    run: (action) =>
      new Promise((resolve, reject) => {
        let result: ReturnType<typeof action>;
        // After the requests of this moment have been read, so that they come together.
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({
          act: () => {
            result = action();
          },
          settle: () => resolve(result),
          fail: reject,
        });
      }),
  };
}
