/** The tools that read a compiled template. */
export const TOOLS = ['cfn-lint', 'cdk-nag', 'control-tower'] as const;

export type Tool = (typeof TOOLS)[number];

/** One rule that one resource does not hold. */
export interface Finding {
  readonly tool: Tool;
  /** The tool's own name of the rule, with what it was found for in brackets where it says so. */
  readonly rule: string;
  /** Logical ID. */
  readonly resource: string;
  /** The rule in words. */
  readonly text: string;
}

/** A tool: gives what it finds in a template, JSON with intrinsics in their long form. */
export type Review = (templateFile: string) => Promise<Finding[]>;

/** Findings that are left as they are, for one reason. */
export interface Acknowledgement {
  /** One sentence. */
  readonly reason: string;
  /** Logical IDs by rule, by tool. */
  readonly findings: Partial<Readonly<Record<Tool, Readonly<Record<string, readonly string[]>>>>>;
  /** Profiles in which they would be new: where the stage does hold the rule. */
  readonly except?: readonly string[];
}
