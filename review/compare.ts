import { type Acknowledgement, type Finding, TOOLS, type Tool } from './finding.ts';

/** What the tools found in one profile. */
export interface ProfileFindings {
  readonly profile: string;
  readonly findings: readonly Finding[];
}

/** A finding that nobody has acknowledged. */
export interface NewFinding extends Finding {
  readonly profile: string;
}

/** An acknowledgement of what no profile shows. */
export interface StaleEntry {
  readonly tool: Tool;
  readonly rule: string;
  readonly resource: string;
}

export interface Comparison {
  readonly fresh: readonly NewFinding[];
  readonly stale: readonly StaleEntry[];
}

/** Sets findings against the list of those that are acknowledged. Tools that were skipped make nothing stale. */
export function compare(
  found: readonly ProfileFindings[],
  acknowledgements: readonly Acknowledgement[],
  skipped: readonly Tool[] = [],
): Comparison {
  const entries = acknowledgements.flatMap(entriesOf);
  const covers = (entry: Entry, profile: string, finding: Finding) =>
    keyOf(entry) === keyOf(finding) && !entry.except.includes(profile);
  return {
    fresh: found.flatMap(({ profile, findings }) =>
      findings
        .filter((finding) => !entries.some((entry) => covers(entry, profile, finding)))
        .map((finding) => ({ ...finding, profile })),
    ),
    stale: entries
      .filter(({ tool }) => !skipped.includes(tool))
      .filter((entry) => !found.some(({ profile, findings }) => findings.some((each) => covers(entry, profile, each))))
      .map(({ tool, rule, resource }) => ({ tool, rule, resource })),
  };
}

interface Entry extends StaleEntry {
  readonly except: readonly string[];
}

function entriesOf({ findings, except = [] }: Acknowledgement): Entry[] {
  return TOOLS.flatMap((tool) =>
    Object.entries(findings[tool] ?? {}).flatMap(([rule, resources]) =>
      resources.map((resource) => ({ tool, rule, resource, except })),
    ),
  );
}

const keyOf = ({ tool, rule, resource }: StaleEntry) => `${tool} ${rule} ${resource}`;
