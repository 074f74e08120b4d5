/** What a run found, told as it goes on; `failures` decides the exit code. */
export function reporter() {
  const failures: string[] = [];
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  return {
    failures,
    heading: (text: string) => print(`\n== ${text}`),
    note: (text: string) => print(`   ${text}`),
    check(holds: boolean, what: string, details = ''): void {
      print(`${holds ? ' ✔' : ' ✖'} ${what}`);
      if (holds) return;
      failures.push(what);
      if (details !== '') print(details.trim().split('\n').slice(-25).join('\n').replaceAll(/^/gm, '     '));
    },
    /** Output of a command, as a user would have seen it. */
    quote: (text: string) => print(text.trim().replaceAll(/^/gm, '   │ ')),
  };
}

export type Reporter = ReturnType<typeof reporter>;
