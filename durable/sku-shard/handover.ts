import type { MovingPage, MovingSkus, Standing } from "../../domain/messages/shard-page.ts";
import type { RenamedSku, RenameStep } from "../../domain/messages/sku-rename.ts";
import { adoptSkus } from "../../domain/shard/adopt.ts";
import { epochAt } from "../../domain/shard/epoch.ts";
import type { ShardGeneration } from "../../domain/shard/layout.ts";
import type { ShardState } from "../../domain/shard/shard.ts";
import { emptySku } from "../../domain/shard/state.ts";
import { movingSkus } from "./moving.ts";
import { unpackSkus } from "./pack.ts";
import { renamedSku } from "./renaming.ts";
import type { ShardStanding } from "./standing.ts";
import type { ShardStorage } from "./storage.ts";

/** Renames remembered: one is tried again for some minutes only. */
const RENAMES_MAX = 1_000;

type Giver = Pick<Standing, "epoch" | "bornAt">;

/** What of the object's own the hand-over works on. */
interface Shell {
  storage: ShardStorage;
  standing: ShardStanding;
  loaded(): ShardState;
  /** Runs a step that changes the state in memory; if it fails half-way, the state is read again from disk. */
  changing<T>(step: (shard: ShardState) => T): T;
  /** Sets the alarm for what is due. */
  arm(now: number): void;
  /** Has the state read again from disk. */
  forget(): void;
}

/** How SKUs go from one shard's object to another: all of them with a reshard, one of them with a rename. */
export class Handover {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  close(to: ShardGeneration): ShardGeneration {
    const { standing } = this.#shell;
    if (standing.now.movedTo === null) standing.change({ movedTo: to });
    return standing.now.movedTo ?? to;
  }

  moving(from: number): MovingPage {
    const { movedTo, epoch, bornAt } = this.#shell.standing.now;
    if (movedTo === null) throw new Error("only a closed shard hands over its SKUs");
    return { ...movingSkus(this.#shell.loaded(), movedTo, from), giver: { epoch, bornAt } };
  }

  adopt(from: number, moving: MovingSkus, giver: Giver): void {
    if (!this.#shell.standing.now.fedFrom.includes(from)) this.#take(moving, giver, Date.now());
  }

  endFeeding(from: number): void {
    const { standing, arm } = this.#shell;
    const { fedFrom, epoch } = standing.now;
    const now = Date.now();
    if (!fedFrom.includes(from))
      standing.change({ fedFrom: [...fedFrom, from], epoch: epoch || epochAt(now) });
    arm(now);
  }

  clear(): void {
    const { standing, storage, forget } = this.#shell;
    if (standing.now.movedTo === null) throw new Error("the shard holds SKUs");
    storage.clear();
    forget();
  }

  rename(step: RenameStep): RenamedSku | null {
    switch (step.kind) {
      case "give":
        return this.#give(step.from, step.to);
      case "take":
        this.#takeRenamed(step.rename, step.to, step.renamed);
        return null;
      case "drop":
        this.#drop(step.sku);
        return null;
      case "readmit":
        this.#readmit(step.sku);
        return null;
    }
  }

  #give(from: string, to: string): RenamedSku {
    const { standing, loaded } = this.#shell;
    const { left, movedTo } = standing.now;
    if (movedTo !== null) throw new Error("the SKUs of this shard are being handed over");
    if (!left.includes(from)) standing.change({ left: [...left, from] });
    const { epoch, bornAt } = standing.now;
    return { moving: renamedSku(loaded(), from, to), giver: { epoch, bornAt } };
  }

  #takeRenamed(rename: string, to: string, { moving, giver }: RenamedSku): void {
    const { standing, arm } = this.#shell;
    const { renames } = standing.now;
    if (renames.includes(rename)) return;
    const now = Date.now();
    this.#take(moving, giver, now);
    const left = standing.now.left.filter((sku) => sku !== to);
    standing.change({ left, renames: [...renames, rename].slice(-RENAMES_MAX) });
    arm(now);
  }

  #drop(sku: string): void {
    const { standing, storage, loaded, changing } = this.#shell;
    const number = loaded().numbers.get(sku);
    if (number === undefined || !standing.now.left.includes(sku)) return;
    changing((shard) => {
      shard.skus[number] = emptySku(sku);
      storage.adopt(shard, new Set([number]));
    });
  }

  #readmit(sku: string): void {
    const { standing } = this.#shell;
    const { left } = standing.now;
    if (left.includes(sku)) standing.change({ left: left.filter((one) => one !== sku) });
  }

  /** What the object projects from now on is newer than all that the giver ever did. */
  #take(moving: MovingSkus, giver: Giver, now: number): void {
    const { standing, storage, changing } = this.#shell;
    const { epoch, bornAt } = standing.now;
    changing((shard) => storage.adopt(shard, adoptSkus(shard, unpackSkus(moving.bytes), moving)));
    standing.change({
      epoch: Math.max(epoch, giver.epoch + 1, epochAt(now)),
      bornAt: Math.max(bornAt, giver.bornAt),
    });
  }
}
