import type { z } from "zod";
import { type changeSettingsSchema, settingsSchema, type Settings } from "../host/contract";
import type { SettingsStore } from "../workspace/settings";

const defaults: Settings = {
  theme: "dark",
  density: "dense",
  keys: {},
  engineThreads: 0,
  cacheMegabytes: 512,
  fillOpacity: 0.16,
  outlineOpacity: 1,
};

/** The reader's settings. What the workspace holds of another version, and does not fit, is its default. */
export class SettingsService {
  readonly #listeners = new Set<(settings: Settings) => void>();

  constructor(private readonly store: SettingsStore) {}

  read(): Settings {
    const stored = this.store.read();
    const fields = Object.entries(settingsSchema.shape).flatMap(([key, schema]) => {
      const parsed = schema.safeParse(stored[key]);
      return parsed.success && parsed.data !== undefined ? [[key, parsed.data] as const] : [];
    });
    return { ...defaults, ...Object.fromEntries(fields) };
  }

  /** Changes some and returns all. */
  change(changes: z.infer<typeof changeSettingsSchema>): Settings {
    this.store.write(changes);
    const settings = this.read();
    for (const listener of this.#listeners) listener(settings);
    return settings;
  }

  /** Calls `listener` after each change; returns what ends that. */
  onChange(listener: (settings: Settings) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
