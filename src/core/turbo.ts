import { z } from "zod";
import type { WireError } from "./errors";

/** What was measured of a model and its 8-bit form, on the same images. */
const turboMeasurementSchema = z.object({
  /** With a reference mask. */
  images: z.int().positive(),
  /** None of them was looked at for the ranges of the 8-bit numbers. */
  heldOut: z.boolean(),
  /** Means over the images. */
  dice: z.object({ float: z.number(), int8: z.number() }),
  /** The change of the image that lost most, and its name. */
  worst: z.object({ change: z.number(), image: z.string() }),
  /** Mean Dice between the masks of the two forms. */
  agreement: z.number(),
  /** Medians of the time from a decoded frame to its label map, in milliseconds. */
  msASlice: z.object({ float: z.number().positive(), int8: z.number().positive() }),
  /** Median over pairs of runs that followed each other. */
  speedUp: z.number().positive(),
  threads: z.int().positive(),
  processor: z.string(),
  date: z.string(),
});

/** Of an 8-bit form: what it was made of, and what it was measured to cost. */
export const turboSchema = z.object({
  parent: z.object({ id: z.string(), name: z.string(), weightsSha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  calibration: z.object({
    images: z.int().positive(),
    /** SHA-256 of the images' own, in order. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  measured: turboMeasurementSchema,
});

export type TurboMeasurement = z.infer<typeof turboMeasurementSchema>;
export type Turbo = z.infer<typeof turboSchema>;

/** What an 8-bit form must keep to be offered. */
export const turboLimits = {
  /** Of mean Dice. */
  mostDiceLost: 0.005,
  /** Mean Dice between the two forms' masks: Dice against a reference can stay while masks change. */
  leastAgreement: 0.98,
  /** Less is not worth a second model. */
  leastSpeedUp: 1.2,
} as const;

/** Why an 8-bit form is not offered; undefined where it is. */
export function refusalOf({ dice, agreement, speedUp, images }: TurboMeasurement): WireError | undefined {
  const { mostDiceLost, leastAgreement, leastSpeedUp } = turboLimits;
  const on = `on ${images} image${images === 1 ? "" : "s"}`;
  const lost = dice.float - dice.int8;
  if (lost > mostDiceLost) {
    return {
      code: "TURBO_LOSES_DICE",
      message: `The int8 form has Dice ${dice.int8.toFixed(3)}, the model ${dice.float.toFixed(3)} ${on}; more than ${mostDiceLost} lost is too much.`,
      hint: "Calibrate it on more images of the kind that it is to segment.",
    };
  }
  if (agreement < leastAgreement) {
    return {
      code: "TURBO_CHANGES_MASKS",
      message: `The int8 form's masks agree with the model's by Dice ${agreement.toFixed(3)} ${on}; ${leastAgreement} is wanted.`,
      hint: "Calibrate it on more images of the kind that it is to segment.",
    };
  }
  if (speedUp < leastSpeedUp) {
    return {
      code: "TURBO_NOT_FASTER",
      message: `The int8 form is ${speedUp.toFixed(2)} times as fast as the model here; ${leastSpeedUp} is wanted.`,
      hint: "Use the model as it is; this network gains nothing from 8-bit numbers on this processor.",
    };
  }
  return undefined;
}

/** "int8, Dice −0.002, 2.1x": the change against the model that it was made of. */
export function describeTurbo({ measured: { dice, speedUp } }: Turbo): string {
  return `int8, Dice ${formatChange(dice.int8 - dice.float)}, ${speedUp.toFixed(1)}x`;
}

/** A signed number of three decimals, with a minus sign as printed. */
function formatChange(change: number): string {
  const text = Math.abs(change).toFixed(3);
  if (Number(text) === 0) return "±0.000";
  return `${change < 0 ? "−" : "+"}${text}`;
}
