import { isChildRole, runChild } from './child-roles.ts';

// The children of the first responder's function, which cannot start itself once more: Lambda's runtime is its program.
const [name = ''] = process.argv.slice(2);
if (isChildRole(name)) await runChild(name);
