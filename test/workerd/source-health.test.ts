import { expect, test } from "vitest";
import { addProducts, call, observation, postObservations } from "./support.ts";

interface SourceBody {
  id: string;
  health: { status: string; troubles: string[]; errorRate: number; zeroShare: number };
}

test("a source whose prices are all nothing is in trouble", async () => {
  await addProducts({ sku: "H-1" });
  await postObservations("broken", "h-1", [
    observation("H-1", 0),
    observation("H-1", "0.00", { competitor: "b" }),
  ]);
  await postObservations("fine", "h-2", [observation("H-1", "99.00")]);
  const { body } = await call<{ items: SourceBody[] }>("GET", "/api/sources");
  const health = (id: string) => body.items.find((source) => source.id === id)?.health;
  expect(health("broken")).toMatchObject({
    status: "trouble",
    troubles: ["all_zero", "failing"],
    errorRate: 1,
    zeroShare: 1,
  });
  expect(health("fine")).toMatchObject({ status: "ok", troubles: [], errorRate: 0 });
});
