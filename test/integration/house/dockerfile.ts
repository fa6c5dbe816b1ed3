/**
 * A Dockerfile as data: stages of instructions. Only what ours uses is understood: comments, continued lines, exec
 * forms; `ARG`, here-documents and parser directives are refused.
 */

export interface Instruction {
  readonly name: string;
  /** What follows the name, its continued lines joined. */
  readonly text: string;
}

export interface Stage {
  /** An image with its tag, or the name of an earlier stage. */
  readonly from: string;
  /** After `AS`; empty for none. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

const KNOWN = new Set([
  ...['COPY', 'RUN', 'WORKDIR', 'USER', 'ENV', 'VOLUME', 'EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'],
]);

function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const whole = lines.join('\n').replaceAll(/\\\n\s*/g, '');
  return whole.split('\n').map((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) throw new Error(`not an instruction: ${line}`);
    return { name, text: rest };
  });
}

export function parseDockerfile(text: string): Stage[] {
  const stages: { from: string; name: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    if (instruction.name === 'FROM') {
      const [from, , name = ''] = instruction.text.split(/\s+/);
      stages.push({ from: from!, name, instructions: [] });
    } else if (KNOWN.has(instruction.name)) stages.at(-1)!.instructions.push(instruction);
    else throw new Error(`${instruction.name} is not understood here`);
  }
  return stages;
}

/** `["node", "x.js"]`, the form without a shell. */
export function execForm(text: string): string[] {
  return JSON.parse(text) as string[];
}

/** `A=1 B=2`, unquoted. */
export function assignments(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
}

/**
 * Which paths of the context a build sees: the last pattern that matches decides. Patterns are `*` and plain paths,
 * which stand for everything beneath them too.
 */
export function dockerignore(text: string): (path: string) => boolean {
  const patterns = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return (path) => {
    let seen = true;
    for (const pattern of patterns) {
      const name = pattern.replace(/^!/, '');
      if (name !== '*' && /[*?[]/.test(name)) throw new Error(`${pattern} is not understood here`);
      if (name === '*' || path === name || path.startsWith(`${name}/`)) seen = pattern.startsWith('!');
    }
    return seen;
  };
}
