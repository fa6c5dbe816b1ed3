/**
 * Jest's Node environment, with two repairs.
 *
 * Its realm asks a proxy for each use of a global such as `Math` or `Map`, which makes what counts in loops several
 * times slower. This one has globals like any other (https://nodejs.org/api/vm.html, `DONT_CONTEXTIFY`).
 *
 * Errors made by Node's core modules live in the outer realm, so inside the test realm `error instanceof Error` would be
 * false for every `fs` or `crypto` error. Each error class of the realm therefore accepts instances of its outer twin.
 */
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const ERROR_CLASSES = ['Error', 'TypeError', 'RangeError', 'SyntaxError'] as const;

export default class PlainRealmEnvironment extends TestEnvironment {
  constructor(...given: ConstructorParameters<typeof TestEnvironment>) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...given);
    } finally {
      vm.createContext = createContext;
    }
  }

  override async setup(): Promise<void> {
    await super.setup();
    for (const name of ERROR_CLASSES) {
      const inner = this.global[name] as unknown as { prototype: object };
      const outer = globalThis[name] as unknown as { prototype: object };
      const outerPrototype = outer.prototype;
      Object.defineProperty(inner, Symbol.hasInstance, {
        value(this: { prototype: object }, value: unknown): boolean {
          if (typeof value !== 'object' || value === null) return false;
          if (Object.prototype.isPrototypeOf.call(this.prototype, value)) return true;
          return this === inner && Object.prototype.isPrototypeOf.call(outerPrototype, value);
        },
      });
    }
  }
}
