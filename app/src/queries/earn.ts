import { useQuery } from "@tanstack/solid-query";
import type { InferRequestType } from "hono/client";
import { answer, answerOrNull, api, inPath } from "../api/client.ts";
import { keys } from "./keys.ts";

export type TestRequest = InferRequestType<(typeof api)["price-tests"]["$post"]>["json"];

/** What repricing earns, against the products that are held out. */
export function useReturn() {
  return useQuery(() => ({
    queryKey: keys.return,
    queryFn: ({ signal }) => answer(api.return.$get({}, { init: { signal } })),
  }));
}

export function usePriceTest(id: () => string) {
  return useQuery(() => ({
    queryKey: [...keys.priceTests, id()],
    queryFn: ({ signal }) =>
      answerOrNull(api["price-tests"][":id"].$get({ param: { id: inPath(id()) } }, { init: { signal } })),
  }));
}

export function useCalibration() {
  return useQuery(() => ({
    queryKey: [...keys.outcomes, "calibration"],
    queryFn: ({ signal }) => answer(api.outcomes.calibration.$get({}, { init: { signal } })),
  }));
}

export function useDrift() {
  return useQuery(() => ({
    queryKey: keys.drift,
    queryFn: ({ signal }) => answer(api.drift.$get({}, { init: { signal } })),
  }));
}
