/** What a program that handles jobs is when it starts itself once more; no commands of the image. */
export type ChildRole = 'processor' | 'share';

export function isChildRole(name: string): name is ChildRole {
  return name === 'processor' || name === 'share';
}

/** Runs this process as such a child: for strangers' bytes, or for a file system that may hang. Each loads its own parts only. */
export async function runChild(role: ChildRole): Promise<void> {
  if (role === 'share') {
    const { runShareProcess } = await import('./share-main.ts');
    return runShareProcess();
  }
  const [{ runProcessorProcess }, { processors }] = await Promise.all([
    import('./processor-main.ts'),
    import('./processors/index.ts'),
  ]);
  runProcessorProcess(process.env, processors);
}
