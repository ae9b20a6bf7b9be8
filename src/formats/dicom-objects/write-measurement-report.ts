import type { CodedConcept } from "../../core/mask/label-map";
import { dcm, sct } from "./codes";
import { dateAndTime, describeDerived, encodeObject, instanceReferences, type Maker } from "./derived-object";
import type { MeasurementGroup } from "./measurement-group";
import { code, container, groupConcepts, groupContainer, text, uid } from "./report-content";
import type { SourceFrame } from "./source-instance";
import { segmentationClasses } from "./write-segmentation";

/** The written segmentation whose segments are measured. */
export interface ReferencedSegmentation {
  sopInstanceUid: string;
  seriesInstanceUid: string;
}

/** What a report says, and of which images. */
export interface MeasurementReport {
  /** Shown as the series' description. */
  description: string;
  groups: readonly MeasurementGroup[];
  /** Every frame that was measured on, of one series. At least one. */
  sources: readonly SourceFrame[];
  /** Where groups refer to segments. */
  segmentation?: ReferencedSegmentation | undefined;
}

/** Enhanced SR Storage. */
const reportClass = "1.2.840.10008.5.1.4.1.1.88.22";

const english: CodedConcept = { value: "en", scheme: "RFC5646", meaning: "English" };

/**
 * A DICOM Structured Report of what was measured (PS3.16 TID 1500): of segments by TID 1411, which refers to them in a
 * segmentation that was written before; of regions that were drawn by TID 1410, of lengths and angles by TID 1501, with
 * their coordinates on the source images.
 */
export function encodeMeasurementReport(
  { description, groups, sources, segmentation }: MeasurementReport,
  maker: Maker,
): Uint8Array {
  const { instance } = sources[0]!;
  const { date, time } = dateAndTime(maker.now);
  return encodeObject({
    ...describeDerived(instance, {
      ...maker,
      sopClassUid: reportClass,
      modality: "SR",
      seriesDescription: description,
      seriesNumber: 1002,
    }),
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    ContentDate: date,
    ContentTime: time,
    CompletionFlag: "COMPLETE",
    VerificationFlag: "UNVERIFIED",
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: instance.studyInstanceUid,
        ReferencedSeriesSequence: [
          ...(segmentation === undefined
            ? []
            : [
                {
                  SeriesInstanceUID: segmentation.seriesInstanceUid,
                  ReferencedSOPSequence: [
                    {
                      ReferencedSOPClassUID: segmentationClasses.segmentation,
                      ReferencedSOPInstanceUID: segmentation.sopInstanceUid,
                    },
                  ],
                },
              ]),
          {
            SeriesInstanceUID: instance.seriesInstanceUid,
            ReferencedSOPSequence: instanceReferences(sources),
          },
        ],
      },
    ],
    ...container(dcm("126000", "Imaging Measurement Report"), "1500", [
      ...code("HAS CONCEPT MOD", dcm("121049", "Language of Content Item and Descendants"), english),
      ...code("HAS OBS CONTEXT", dcm("121005", "Observer Type"), dcm("121007", "Device")),
      ...uid("HAS OBS CONTEXT", dcm("121012", "Device Observer UID"), observerUid),
      ...text("HAS OBS CONTEXT", dcm("121013", "Device Observer Name"), "Slicebench"),
      ...code("HAS CONCEPT MOD", dcm("121058", "Procedure reported"), sct("363679005", "Imaging procedure")),
      {
        RelationshipType: "CONTAINS",
        ...container(dcm("111028", "Image Library"), undefined, [
          {
            RelationshipType: "CONTAINS",
            ...container(
              dcm("126200", "Image Library Group"),
              undefined,
              instanceReferences(sources).map((reference) => ({
                RelationshipType: "CONTAINS",
                ValueType: "IMAGE",
                ReferencedSOPSequence: [reference],
              })),
            ),
          },
        ]),
      },
      {
        RelationshipType: "CONTAINS",
        ...container(
          groupConcepts.measurements,
          undefined,
          groups.map((group) => ({
            RelationshipType: "CONTAINS",
            ...groupContainer(group, instance.seriesInstanceUid),
          })),
        ),
      },
    ]),
  });
}

/** This program as an observer: the same on every machine. */
const observerUid = "2.25.125122055483006575885641127448289156142";
