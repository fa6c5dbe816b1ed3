/** Lines on a terminal above one line of figures that is kept alive; without a terminal, figures come now and then. */
export interface LinesOut {
  readonly colour: boolean;
  write(text: string): void;
}

/** Without a terminal, figures come every fifth time. */
const PLAIN_EVERY = 5;

export class LiveLines {
  private live = '';
  private plain = 0;

  constructor(private readonly out: LinesOut) {}

  /** Above the live line. */
  say(line: string): void {
    const isLive = this.live !== '' && this.out.colour;
    this.out.write(isLive ? `\r\x1b[2K${line}\n${this.live}` : `${line}\n`);
  }

  show(figures: string): void {
    if (this.out.colour) {
      this.out.write(`\r\x1b[2K${figures}`);
      this.live = figures;
    } else if (figures !== this.live && ++this.plain % PLAIN_EVERY === 1) {
      this.out.write(`${figures}\n`);
      this.live = figures;
    }
  }

  /** The live line stays as it is, and lines come below it. */
  end(): void {
    if (this.live !== '' && this.out.colour) this.out.write('\n');
    this.live = '';
  }
}
