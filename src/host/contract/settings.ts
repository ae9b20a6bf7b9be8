import { z } from "zod";

export const settingsSchema = z.object({
  theme: z.enum(["dark", "light", "system"]),
  density: z.enum(["dense", "roomy"]),
  /** Key bindings that differ from the defaults, by command id. */
  keys: z.record(z.string().max(100), z.string().max(100)),
  engineThreads: z.int().min(0).max(256),
  cacheMegabytes: z.int().min(64).max(16_384),
  fillOpacity: z.number().min(0).max(1),
  outlineOpacity: z.number().min(0).max(1),
  /** Widths of the page's side panels in CSS pixels, by panel; absent where the reader never changed one. */
  panelWidths: z.record(z.string().max(40), z.number().min(0).max(4_096)).optional(),
});
export type Settings = z.infer<typeof settingsSchema>;
export const changeSettingsSchema = settingsSchema.partial();
