/** The flags every role and command takes for the configuration, collected as text; `config` judges them. */

export interface ConfigFlags {
  /** `--config`, or null. */
  readonly file: string | null;
  /** In the order given. `from` is the flag as it was typed. */
  readonly settings: readonly { readonly key: string; readonly text: string; readonly from: string }[];
}
