import type { SuitabilityWarning } from "./runs";

/** Every failure's body, with a fitting status: 400 wrong request, 404 unknown, 409 needs an answer, 500. */
export interface ErrorBody {
  error: { code: string; message: string; hint?: string; file?: string };
  warnings?: SuitabilityWarning[];
}
