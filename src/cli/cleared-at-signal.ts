/**
 * A command that leaves something behind unless it gets to its end: whoever ends it by a signal ends it as any other program,
 * once that is cleared away.
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** From now until the returned function is called. */
export function clearedAtSignal(clear: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    stop();
    try {
      clear();
    } finally {
      // With nobody listening any more, so that our caller sees what ended us.
      process.kill(process.pid, signal);
    }
  };
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return stop;
}
