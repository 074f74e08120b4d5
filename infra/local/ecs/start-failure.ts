/** Why a task could not start, in the words of ECS: what `stoppedReason` of TaskFailedToStart will say. */
export class StartFailure extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'StartFailure';
  }
}
