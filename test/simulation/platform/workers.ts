/** Stands in for the runtime's own module of this name. */
export class DurableObject<Bindings = unknown> {
  protected ctx: unknown;
  protected env: Bindings;

  constructor(ctx: unknown, env: Bindings) {
    this.ctx = ctx;
    this.env = env;
  }
}
