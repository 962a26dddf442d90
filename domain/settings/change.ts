import { z } from "zod";
import { GuardrailSettings, Settings, SignalSettings } from "./settings.ts";

/** The same fields, each optional and without its default: a change must not reset what it leaves out. */
function anyOf<Shape extends Record<string, z.ZodDefault>>(shape: Shape) {
  const fields = Object.entries(shape).map(([name, field]) => [
    name,
    (field.unwrap() as z.ZodType).optional(),
  ]);
  return Object.fromEntries(fields) as { [K in keyof Shape]: z.ZodOptional<ReturnType<Shape[K]["unwrap"]>> };
}

const { signals: _signals, guardrails: _guardrails, ...topLevel } = Settings.shape;

/** Any part of the settings; what is left out stays. */
export const SettingsChange = z.strictObject({
  ...anyOf(topLevel),
  signals: z.strictObject(anyOf(SignalSettings.shape)).optional(),
  guardrails: z.strictObject(anyOf(GuardrailSettings.shape)).optional(),
});
export type SettingsChange = z.infer<typeof SettingsChange>;

/** The settings with a change laid over them. */
export function applyChange(settings: Settings, change: SettingsChange): Settings {
  return Settings.parse({
    ...settings,
    ...change,
    signals: { ...settings.signals, ...change.signals },
    guardrails: { ...settings.guardrails, ...change.guardrails },
  });
}
