/** Something that inputs are given to. It keeps its surroundings from one input to the next, as a pool does. */
import type { Input } from './input.js';

export interface Target {
  readonly name: 'bytes' | 'dialogue' | 'listener';
  /** Throws a `Finding` where something does not hold. */
  judge(input: Input): Promise<void>;
  /** Lets pass whatever is remembered for a time; what is held afterwards is held for good. */
  rest(): Promise<void>;
  close(): Promise<void>;
}
