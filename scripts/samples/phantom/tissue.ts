/** What a point of the phantom is made of: how much signal it gives from water, and how much from fat. */
export interface Tissue {
  water: number;
  fat: number;
  /** Grain of its texture in mm, and how strong the texture is as a share of the signal. */
  texture?: { grainMm: number; strength: number };
}

/**
 * Signals of a balanced steady-state sequence at 1.5 T, relative to blood. Blood is bright because of its
 * T2/T1, heart muscle has a good third of it, lung almost nothing; fat is bright and opposed in phase to
 * water at TE = TR/2, which draws the dark line at every border of fat and water.
 */
export const tissues = {
  air: { water: 0, fat: 0 },
  lung: { water: 0.035, fat: 0, texture: { grainMm: 5, strength: 0.5 } },
  vessel: { water: 0.55, fat: 0 },
  blood: { water: 1, fat: 0, texture: { grainMm: 9, strength: 0.07 } },
  myocardium: { water: 0.4, fat: 0, texture: { grainMm: 6, strength: 0.06 } },
  fat: { water: 0, fat: 1.1, texture: { grainMm: 7, strength: 0.12 } },
  muscle: { water: 0.3, fat: 0, texture: { grainMm: 5, strength: 0.3 } },
  rib: { water: 0.06, fat: 0.35 },
  liver: { water: 0.42, fat: 0, texture: { grainMm: 8, strength: 0.08 } },
  spleen: { water: 0.5, fat: 0, texture: { grainMm: 10, strength: 0.05 } },
  stomachWall: { water: 0.35, fat: 0 },
  stomachContent: { water: 0.55, fat: 0, texture: { grainMm: 6, strength: 0.35 } },
  vertebra: { water: 0.25, fat: 0.2, texture: { grainMm: 4, strength: 0.25 } },
} as const satisfies Record<string, Tissue>;
