import type { Session } from "../../host/contract";
import { type AnnotationState, annotationTools } from "./annotation";

export type AnnotationSession = NonNullable<Session["annotation"]>;

/** What the hand holds, as the next start wants it. A range of values stays behind: it is that of one series. */
export function annotationSession(state: AnnotationState): AnnotationSession {
  const { tool, segment, overwrite, subtract, brush, growing, layerIds } = state;
  return { ...(tool && { tool }), segment, overwrite, subtract, brush, growing, layerIds: { ...layerIds } };
}

/** The hand as it was; a tool that is unknown by now is left out. */
export function resumeAnnotation({ tool, ...choices }: AnnotationSession): Partial<AnnotationState> {
  return { ...choices, tool: annotationTools.find((known) => known === tool) };
}
