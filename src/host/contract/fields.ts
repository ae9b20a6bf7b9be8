import { z } from "zod";

/** What requests of several resources are made of. */

/** A resource's id: opaque to the page, stable for the same files. */
export const id = z.string().min(1).max(128);
export const colour = z.string().regex(/^#[0-9A-Fa-f]{6}$/);
/** Of a label map; 0 is background. */
export const segmentValue = z.int().min(1).max(255);
