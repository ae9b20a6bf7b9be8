import type { FrameGeometry } from "../core/image/frame";
import { readSourceInstance, type SourceFrame } from "../formats/dicom-objects/source-instance";
import type { TargetFrame } from "../formats/dicom-objects/target-frames";
import { readOwner } from "../formats/open";

/** What is known of a frame before its file is read again. */
interface PlacedFrame {
  file: string;
  frame: number;
  rows: number;
  columns: number;
  geometry: FrameGeometry;
}

/**
 * The frames of a series with what DICOM objects say of them; each file is read once.
 * Throws EXPORT_NEEDS_DICOM where one of them is no DICOM.
 */
export async function readSourceFrames(frames: readonly PlacedFrame[]): Promise<SourceFrame[]> {
  const instanceOf = oncePerFile(readSourceInstance);
  const sources: SourceFrame[] = [];
  for (const { file, frame, rows, columns, geometry } of frames) {
    sources.push({ instance: await instanceOf(file), frame, rows, columns, geometry });
  }
  return sources;
}

/** The frames of a series with the instances by which DICOM objects name them, where they are DICOM. */
export async function readTargetFrames(frames: readonly PlacedFrame[]): Promise<TargetFrame[]> {
  const ownerOf = oncePerFile(readOwner);
  const targets: TargetFrame[] = [];
  for (const { file, frame, rows, columns, geometry } of frames) {
    const { sopInstanceUid, frameOfReferenceUid } = await ownerOf(file);
    targets.push({
      rows,
      columns,
      geometry,
      frame,
      ...(sopInstanceUid !== undefined && { sopInstanceUid }),
      ...(frameOfReferenceUid !== undefined && { frameOfReferenceUid }),
    });
  }
  return targets;
}

function oncePerFile<Answer>(read: (file: string) => Promise<Answer>): (file: string) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (file) => {
    const known = answers.get(file) ?? read(file);
    answers.set(file, known);
    return known;
  };
}
