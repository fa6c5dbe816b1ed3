/** Why a role is to stop. Ctrl-C, `systemctl stop`, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C can arrive several times, from the terminal and from npm. */
const SAME_WISH_MS = 1_000;

/** Resolves at the first signal. A later one, from somebody who will not wait, ends the process at once. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstMs: number | null = null;
    const onSignal = (signal: NodeJS.Signals): void => {
      firstMs ??= Date.now();
      if (Date.now() - firstMs > SAME_WISH_MS) process.exit(130);
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}
