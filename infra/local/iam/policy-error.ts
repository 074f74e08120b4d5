/** A policy that the evaluator does not understand. It says so rather than guess: a guess would be a false answer. */
export class PolicyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PolicyError';
  }
}
